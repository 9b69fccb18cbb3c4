using Tidegate.Kubernetes;

namespace Tidegate.Upstream;

/// <summary>The <c>Authorization</c> value of a cluster; a token file is read again when it is older than a minute, as client-go does.</summary>
internal sealed class BearerToken
{
    private static readonly TimeSpan FileLifetime = TimeSpan.FromMinutes(1);

    private readonly string? file;
    private readonly TimeProvider time;
    private volatile string? value;
    private long readAt;

    public BearerToken(ClusterCredential credential, TimeProvider time)
    {
        this.time = time;
        file = credential.TokenFile;
        value = credential switch
        {
            { Token: { Length: > 0 } token } => $"Bearer {token}",
            { Username: { } user, Password: { } password } =>
                $"Basic {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}"))}",
            _ => null,
        };
    }

    /// <summary>The header's value; null when the cluster is reached with a client certificate alone.</summary>
    /// <exception cref="IOException">The token file cannot be read, or holds no token, and was never read before.</exception>
    public string? Current()
    {
        if (file is null)
        {
            return value;
        }

        if (value is null || time.GetElapsedTime(Volatile.Read(ref readAt)) > FileLifetime)
        {
            Read(file);
        }

        return value;
    }

    private void Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            value = CredentialText.TokenError(text) is { } error ? throw new IOException($"the token file {path} cannot be used: {error}") : $"Bearer {text}";
        }
        catch (IOException) when (value is not null)
        {
            // The old token may still be good; the cluster says so better than we can.
        }

        Volatile.Write(ref readAt, time.GetTimestamp());
    }
}
