using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Tidegate.Git;

/// <summary>How a repository is reached.</summary>
internal enum GitTransport
{
    /// <summary>A directory of this host, given as a path or as <c>file://</c>.</summary>
    Local,

    Https,

    /// <summary>Without encryption; accepted for loopback only.</summary>
    Http,

    /// <summary><c>ssh://</c> or the scp-like <c>user@host:path</c>; runs the host's OpenSSH client.</summary>
    Ssh,
}

/// <summary>
/// The checked address of a repository. libgit2 crashes on schemes it does not know and hands whatever has a colon to ssh, so
/// nothing reaches it that did not pass here, and host, user and path of an ssh address are limited to characters that mean nothing
/// to a shell or to ssh's option parser.
/// </summary>
/// <param name="Text">What libgit2 gets: the address as written, or the plain path of a local repository.</param>
/// <param name="Host">Lower-case host name; empty for a local repository.</param>
/// <param name="Port">0 when the transport's default applies.</param>
/// <param name="User">The user named in the address of an ssh server, if any.</param>
internal sealed partial record GitUrl(string Text, GitTransport Transport, string Host, int Port, string? User)
{
    /// <summary>The forms that are accepted, for whoever has to write one.</summary>
    public const string Forms = "write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, file:///PATH or an absolute path";

    /// <summary>
    /// The address in one spelling, for telling whether two are of one repository: case of scheme and host, a default port, slashes at the end and percent
    /// signs that nothing needs make no difference, nor does the scp-like form of an absolute path. Whatever else differs is another repository, an ending
    /// <c>.git</c> and another user included: servers may keep two.
    /// </summary>
    public required string Canonical { get; init; }


    /// <summary>Checks an address; <paramref name="error"/> says what is wrong and what to write instead, without any secret.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GitUrl? url, [NotNullWhen(false)] out string? error)
    {
        (url, error) = Parse(text);
        return url is not null;
    }

    /// <summary>Whether <paramref name="other"/> is the same scheme, host and port, so that it may see the same credentials.</summary>
    public bool IsSameOrigin(string other) =>
        Uri.TryCreate(Text, UriKind.Absolute, out var mine)
        && Uri.TryCreate(other, UriKind.Absolute, out var theirs)
        && string.Equals(mine.Scheme, theirs.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(mine.IdnHost, theirs.IdnHost, StringComparison.OrdinalIgnoreCase)
        && mine.Port == theirs.Port;

    private static (GitUrl? Url, string? Error) Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, $"the repository's address is empty: {Forms}");
        }

        if (text.Any(char.IsControl) || text != text.Trim())
        {
            return (null, "the repository's address holds control characters or spaces at an end: remove them");
        }

        if (text[0] == '/')
        {
            return (Local(text), null);
        }

        if (text.StartsWith('-') || (text.Contains("::", StringComparison.Ordinal) && !text.Contains('[')))
        {
            return (null, $"this form of address can run commands and is not accepted: {Forms}");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return ParseAbsolute(text);
        }

        if (colon > 0 && (slash < 0 || colon < slash))
        {
            return ParseScpLike(text);
        }

        return (null, $"the repository's path is not absolute: {Forms}");
    }

    private static GitUrl Local(string path)
    {
        var trimmed = path.TrimEnd('/') is { Length: > 0 } some ? some : "/";
        return new(trimmed, GitTransport.Local, "", 0, null) { Canonical = Path.GetFullPath(trimmed) };
    }

    private static (GitUrl? Url, string? Error) ParseAbsolute(string text)
    {
        var scheme = text[..text.IndexOf("://", StringComparison.Ordinal)].ToLowerInvariant();
        if (scheme is not ("https" or "http" or "ssh" or "file"))
        {
            return (null, $"the address's scheme is not one that is supported: {Forms}");
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return (null, $"the repository's address cannot be parsed: {Forms}");
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            return (null, "the address holds a password: remove it from the address and name a file that holds it as token_file");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return (null, "the repository's address holds a query or a fragment: remove what follows ? or #");
        }

        return scheme switch
        {
            "file" => ParseFile(uri),
            "ssh" => ParseSsh(text, uri),
            _ => ParseHttp(text, uri),
        };
    }

    private static (GitUrl? Url, string? Error) ParseFile(Uri uri)
    {
        if (uri.Host is not ("" or "localhost"))
        {
            return (null, "a file:// address cannot name another host: write file:///PATH with three slashes");
        }

        var path = Uri.UnescapeDataString(uri.AbsolutePath);
        return path.Any(char.IsControl)
            ? (null, "the repository's path holds control characters: rename the folder")
            : (Local(path), null);
    }

    private static (GitUrl? Url, string? Error) ParseHttp(string text, Uri uri)
    {
        if (uri.Host.Length == 0 || uri.AbsolutePath.Length < 2)
        {
            return (null, "the repository's address lacks a host or a path: write https://HOST/PATH");
        }

        if (text.Contains(' ', StringComparison.Ordinal))
        {
            return (null, "the repository's address holds a space: write it as %20, or rename the repository");
        }

        // What stands there may be the token itself, and addresses are logged.
        if (uri.UserInfo.Length > 0)
        {
            return (null, "the address holds a user name: write it as username beside token_file");
        }

        var transport = uri.Scheme == Uri.UriSchemeHttps ? GitTransport.Https : GitTransport.Http;
        var isLoopback = uri.IdnHost == "localhost" || (IPAddress.TryParse(uri.IdnHost, out var address) && IPAddress.IsLoopback(address));
        return transport == GitTransport.Http && !isLoopback
            ? (null, "http:// sends manifests and tokens unprotected and is accepted for loopback only: use https://")
            : (new(text, transport, uri.IdnHost.ToLowerInvariant(), uri.IsDefaultPort ? 0 : uri.Port, null)
            {
                Canonical = $"{uri.Scheme}://{uri.IdnHost.ToLowerInvariant()}{PortSuffix(uri)}{uri.AbsolutePath.TrimEnd('/')}",
            }, null);
    }

    private static (GitUrl? Url, string? Error) ParseSsh(string text, Uri uri)
    {
        var host = uri.IdnHost;
        var user = uri.UserInfo.Length == 0 ? null : uri.UserInfo;
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var error = SshError(host, user, rest.Contains('/', StringComparison.Ordinal) ? rest : "");
        return error is null
            ? (new(text, GitTransport.Ssh, host.ToLowerInvariant(), uri.IsDefaultPort || uri.Port < 0 ? 0 : uri.Port, user)
            {
                Canonical = Ssh(user, uri.Port is < 0 or 22 ? "" : PortSuffix(uri), uri.AbsolutePath, host),
            }, null)
            : (null, error);
    }

    private static string PortSuffix(Uri uri) => uri.IsDefaultPort || uri.Port < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}");

    private static string Ssh(string? user, string port, string path, string host) =>
        $"ssh://{(user is null ? "" : user + "@")}{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host.ToLowerInvariant())}{port}{path.TrimEnd('/')}";

    private static (GitUrl? Url, string? Error) ParseScpLike(string text)
    {
        var match = ScpLike().Match(text);
        if (!match.Success)
        {
            return (null, $"the repository's address cannot be parsed: {Forms}");
        }

        var user = match.Groups["user"].Success ? match.Groups["user"].Value : null;
        var (host, path) = (match.Groups["host"].Value.Trim('[', ']').ToLowerInvariant(), match.Groups["path"].Value);
        var error = SshError(host, user, path);

        // A relative path begins in the account's home, which an ssh:// address cannot say in the same way everywhere.
        var canonical = path.StartsWith('/') ? Ssh(user, "", path, host) : $"{(user is null ? "" : user + "@")}{match.Groups["host"].Value.ToLowerInvariant()}:{path.TrimEnd('/')}";
        return error is null ? (new(text, GitTransport.Ssh, host, 0, user) { Canonical = canonical }, null) : (null, error);
    }

    private static string? SshError(string host, string? user, string rest)
    {
        if (!SshHost().IsMatch(host) && !IPAddress.TryParse(host, out _))
        {
            return "the host of the ssh address is not a host name: it must consist of letters, digits, dots and hyphens";
        }

        if (user is not null && !SshUser().IsMatch(user))
        {
            return "the user of the ssh address holds characters that are not accepted: use letters, digits, dots, _ and hyphens";
        }

        return SshPath().IsMatch(rest) && !rest.StartsWith('-')
            ? null
            : "the path of the ssh address is missing or holds characters that a shell could interpret: rename the repository or reach it over https";
    }

    [GeneratedRegex(@"^(?:(?<user>[^@/:\s]+)@)?(?<host>[^/:@\s\[\]]+|\[[0-9A-Fa-f:.]+\]):(?<path>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex ScpLike();

    [GeneratedRegex(@"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex SshHost();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex SshUser();

    [GeneratedRegex(@"^[A-Za-z0-9/._~+@:\[\]-]*[/A-Za-z0-9][A-Za-z0-9/._~+@:-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex SshPath();
}
