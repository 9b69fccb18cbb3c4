using System.Text;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// The files that a fetch needs, looked at before libgit2 or ssh does: neither says which of them was the reason. They are read anew each
/// time, since they rotate.
/// </summary>
internal static class FetchFiles
{
    /// <exception cref="FetchException">A file is missing or does not hold what it must.</exception>
    public static void Check(GitRepositoryOptions options, GitUrl url)
    {
        switch (url.Transport)
        {
            case GitTransport.Https or GitTransport.Http:
                CheckReadable(options.TokenFile, "token_file", FetchFailure.Authentication);
                CheckReadable(options.CaFile, "ca_file", FetchFailure.Certificate);
                CheckContent(options);
                break;
            case GitTransport.Ssh:
                CheckReadable(options.SshKeyFile, "ssh_key_file", FetchFailure.Authentication);
                CheckReadable(options.KnownHostsFile, "known_hosts_file", FetchFailure.HostKey);
                CheckKey(options.SshKeyFile!);
                break;
            default:
                CheckDirectory(url.Text);
                break;
        }
    }

    /// <summary>The token without its line end.</summary>
    /// <exception cref="FetchException">The file holds none, or more than one line.</exception>
    public static string ReadToken(string file)
    {
        var token = File.ReadAllText(file).TrimEnd('\r', '\n');
        return token.Length > 0 && !token.Any(char.IsControl)
            ? token
            : throw new FetchException(FetchFailure.Authentication, $"token_file: {file} must hold the token on one line and nothing else");
    }

    private static void CheckContent(GitRepositoryOptions options)
    {
        if (options.TokenFile is { } token)
        {
            ReadToken(token);
        }

        if (options.CaFile is { } authorities && AuthoritiesError(File.ReadAllBytes(authorities)) is { } error)
        {
            throw new FetchException(FetchFailure.Certificate, $"ca_file: {authorities} {error}");
        }
    }

    /// <summary>What OpenSSL, which reads the file, would say nothing of but that the server's authority is not known.</summary>
    private static string? AuthoritiesError(byte[] content)
    {
        if (content is [0xEF, 0xBB, 0xBF, ..] or [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return "begins with a byte order mark, which OpenSSL does not read: save it as plain ASCII or UTF-8 without one";
        }

        var text = Encoding.Latin1.GetString(content);
        return text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) ? PemBlocks.Damage(text) : "holds no PEM certificate";
    }

    private static void CheckKey(string file)
    {
        var text = File.ReadAllText(file);
        if (SshKeyFile.BadLines(text) is { } bad)
        {
            throw new FetchException(FetchFailure.Authentication, $"ssh_key_file: {file} {bad} {file}");
        }

        if (SshKeyFile.IsEncrypted(text))
        {
            throw new FetchException(FetchFailure.Authentication, $"ssh_key_file: {file} is encrypted with a passphrase: use a key without one");
        }
    }

    private static void CheckDirectory(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new FetchException(FetchFailure.NotFound, $"there is no directory {path}, or the daemon may not enter it: create it, or correct url");
        }
    }

    private static void CheckReadable(string? file, string field, FetchFailure failure)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            using var stream = File.OpenRead(file);
            if (stream.CanSeek && stream.Length == 0)
            {
                throw new FetchException(failure, $"{field}: {file} is empty");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FetchException(failure, $"{field}: {file} cannot be read by the daemon's account: check the path, its owner and mode");
        }
    }
}
