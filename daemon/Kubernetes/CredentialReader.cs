using System.Text;
using Tidegate.Yaml;

namespace Tidegate.Kubernetes;

/// <summary>One cluster and one user of a kubeconfig → credential, by what <paramref name="policy"/> permits. Notes every fault.</summary>
internal sealed class CredentialReader(KubeconfigPolicy policy)
{
    private const string Flatten =
        "put the data itself into the kubeconfig (kubectl config view --raw --flatten --minify does)";

    /// <summary>Null when the cluster is not usable; the reasons are in the reader's problems.</summary>
    public ClusterCredential? Cluster(FieldReader fields)
    {
        var server = Server(fields);
        var authority = PemData(fields, "certificate-authority", Pem.CertificateError);
        var insecure = Insecure(fields, authority is not null);
        var proxy = Proxy(fields);
        var name = Checked(fields, "tls-server-name", static n => n.Length == 0 ? null : CredentialText.ServerNameError(n));
        fields.Ignore("disable-compression", "extensions");
        fields.Finish();
        return server is null ? null : new ClusterCredential(server)
        {
            CertificateAuthorityPem = authority,
            InsecureSkipTlsVerify = insecure,
            ProxyUrl = proxy,
            TlsServerName = string.IsNullOrEmpty(name) ? null : name,
            IsOfHost = !policy.IsFromGit,
        };
    }

    /// <summary><paramref name="cluster"/> with the user's proof of identity.</summary>
    public ClusterCredential User(FieldReader fields, ClusterCredential cluster)
    {
        RefuseForeignFields(fields);
        var certificate = PemData(fields, "client-certificate", Pem.CertificateError);
        var key = PemData(fields, "client-key", Pem.KeyError);
        if (!fields.Problems.Any && (certificate is null) != (key is null))
        {
            fields.Refuse(certificate is null ? "client-certificate-data" : "client-key-data", "a client certificate and its key go together: give both");
        }
        else if (certificate is not null && key is not null && KeyPair.Error(certificate, key) is { } mismatch)
        {
            fields.Refuse(fields.Text("client-key-data") is { Length: > 0 } ? "client-key-data" : "client-key", mismatch);
        }

        var result = cluster with
        {
            ClientCertificatePem = certificate,
            ClientKeyPem = key,
            Token = Checked(fields, "token", CredentialText.TokenError),
            TokenFile = TokenFile(fields),
            Username = Checked(fields, "username", CredentialText.UsernameError),
            Password = Checked(fields, "password", CredentialText.PasswordError),
        };
        if (!fields.Problems.Any && (result.Username is null) != (result.Password is null))
        {
            fields.Refuse(result.Username is null ? "username" : "password", "a user name and a password go together: give both");
        }

        fields.Ignore("extensions");
        fields.Finish();
        if (!fields.Problems.Any && IsAnonymous(result) && result.Server.Scheme != Uri.UriSchemeHttp)
        {
            fields.Problems.Add(fields.Place, fields.PathOf("token"), "the user has no credential: give a token or a client certificate that may impersonate");
        }

        return result;
    }

    private static bool IsAnonymous(ClusterCredential credential) =>
        credential is { Token: null, TokenFile: null, ClientCertificatePem: null, Username: null };

    private static void RefuseForeignFields(FieldReader fields)
    {
        if (fields.Node("exec") is not null)
        {
            fields.Refuse("exec", "a credential plugin would run a program on the gate's host and is never run: use a service account's token or a client certificate");
        }

        if (fields.Node("auth-provider") is not null)
        {
            fields.Refuse("auth-provider", "authentication plugins are not supported: use a service account's token or a client certificate");
        }

        foreach (var name in (ReadOnlySpan<string>)["as", "as-uid", "as-groups", "as-user-extra"])
        {
            if (fields.Node(name) is not null)
            {
                fields.Refuse(name, "the gate decides as whom a request is made: remove this field");
            }
        }
    }

    private static Uri? Server(FieldReader fields)
    {
        if (fields.RequiredText("server") is not { } text)
        {
            return null;
        }

        if (CredentialText.AddressError(text) is { } odd)
        {
            fields.Refuse("server", odd);
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http") || server.Host.Length == 0 || server.Port == 0)
        {
            fields.Refuse("server", "this must be the API server's address, such as https://api.example.com:6443");
            return null;
        }

        if (text.AsSpan().ContainsAny('@', '?', '#'))
        {
            fields.Refuse("server", "the address may have neither user name, query nor fragment");
            return null;
        }

        if (server.Scheme == Uri.UriSchemeHttp && !server.IsLoopback)
        {
            fields.Refuse("server", "http would send the credential in the clear: use https (http is for loopback addresses only)");
            return null;
        }

        return server;
    }

    private bool Insecure(FieldReader fields, bool hasAuthority)
    {
        const string name = "insecure-skip-tls-verify";
        if (fields.Flag(name) is not true)
        {
            return false;
        }

        if (hasAuthority)
        {
            fields.Refuse(name, "a certificate authority and insecure-skip-tls-verify contradict each other: remove this one");
        }
        else if (!policy.AllowInsecureSkipTlsVerify)
        {
            fields.Refuse(name, InsecureRefusal);
        }

        return true;
    }

    /// <summary>Why a cluster whose certificate nobody checks is refused.</summary>
    public const string InsecureRefusal =
        "nobody would check that this is the cluster: give certificate-authority-data, or set kubernetes_service.allow_insecure_skip_tls_verify in the gate's configuration";

    private static Uri? Proxy(FieldReader fields)
    {
        if (Checked(fields, "proxy-url", CredentialText.AddressError) is not { Length: > 0 } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" && proxy.Host.Length > 0)
        {
            return proxy;
        }

        fields.Refuse("proxy-url", "this must be the address of an http or https proxy, such as http://proxy.example.com:3128");
        return null;
    }

    /// <summary>A pair of fields: <c>NAME-data</c> with base64, and <c>NAME</c> with a path; the data wins, as in kubectl.</summary>
    private string? PemData(FieldReader fields, string name, Func<string, string?> check)
    {
        var dataName = $"{name}-data";
        var data = fields.Text(dataName);
        var path = fields.Text(name);
        if (path is { Length: > 0 } && policy.IsFromGit)
        {
            fields.Refuse(name, $"a kubeconfig from git may not name files of the gate's host: {Flatten}");
            return null;
        }

        string? text;
        if (Redacted.Error(data ?? "") is { } redacted)
        {
            fields.Refuse(dataName, redacted);
            return null;
        }

        if (data is { Length: > 0 })
        {
            (name, text) = (dataName, FromBase64(data));
        }
        else if (path is { Length: > 0 })
        {
            text = ReadFile(fields, name, path);
        }
        else
        {
            return null;
        }

        if (text is null || check(text) is not { } error)
        {
            if (text is null && name == dataName)
            {
                fields.Refuse(name, "this is not base64 of a PEM text");
            }

            return text;
        }

        fields.Refuse(name, $"this field {error}");
        return null;
    }

    private static string? FromBase64(string data)
    {
        var buffer = new byte[(data.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(data, buffer, out var written) ? Encoding.Latin1.GetString(buffer, 0, written) : null;
    }

    private string? ReadFile(FieldReader fields, string name, string path)
    {
        try
        {
            var file = new FileInfo(Path.Combine(policy.BaseDirectory!, path));
            if (file.Length <= YamlText.MaxBytes)
            {
                return File.ReadAllText(file.FullName);
            }

            fields.Refuse(name, $"the file {path} is larger than {YamlText.MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            fields.Refuse(name, $"the file {path} cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>A text that may be sent; null when absent or refused.</summary>
    private static string? Checked(FieldReader fields, string name, Func<string, string?> check)
    {
        var text = fields.Text(name);
        if (text is null || check(text) is not { } error)
        {
            return text;
        }

        fields.Refuse(name, error);
        return null;
    }

    private string? TokenFile(FieldReader fields)
    {
        if (fields.Text("tokenFile") is not { Length: > 0 } path)
        {
            return null;
        }

        if (policy.IsFromGit)
        {
            fields.Refuse("tokenFile", $"a kubeconfig from git may not name files of the gate's host: {Flatten}");
            return null;
        }

        if (!File.Exists(Path.Combine(policy.BaseDirectory!, path)))
        {
            fields.Refuse("tokenFile", $"the file {path} does not exist");
            return null;
        }

        // The file may be renewed at any time; what is wrong with it now is said now.
        if (ReadFile(fields, "tokenFile", path) is not { } content)
        {
            return null;
        }

        if (CredentialText.TokenError(content.Trim()) is { } error)
        {
            fields.Refuse("tokenFile", $"in the file {path}, {error}");
            return null;
        }

        return Path.GetFullPath(Path.Combine(policy.BaseDirectory!, path));
    }
}
