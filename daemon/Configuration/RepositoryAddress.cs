using System.Net;
using System.Text.RegularExpressions;

namespace Tidegate.Configuration;

/// <summary>The address of a repository. No error quotes it, because a person may have written a password into it.</summary>
internal sealed partial record RepositoryAddress(string Url, RepositoryTransport Transport, bool IsValid)
{
    private const string Forms = "write https://host/path, ssh://user@host/path, user@host:path, file:///path or an absolute path";

    private static readonly RepositoryAddress Invalid = new("", RepositoryTransport.Local, IsValid: false);

    public static RepositoryAddress Read(SectionReader section, bool required)
    {
        if (section.Value("url") is not { } setting)
        {
            if (required && section.Node("url") is null)
            {
                section.Missing("url", Forms);
            }

            return Invalid;
        }

        var (transport, error) = Examine(setting.Text);
        if (error is null)
        {
            return new(setting.Text, transport, IsValid: true);
        }

        section.Problems.Error(setting.Place, setting.Field, error);
        return Invalid;
    }

    private static (RepositoryTransport Transport, string? Error) Examine(string url)
    {
        if (url.Any(c => char.IsControl(c) || c == ' '))
        {
            return Wrong($"holds a space or a control character; {Forms}");
        }

        if (url.StartsWith('/'))
        {
            return (RepositoryTransport.Local, null);
        }

        if (!url.Contains("://", StringComparison.Ordinal))
        {
            return ScpForm().IsMatch(url) ? (RepositoryTransport.Ssh, null) : Wrong($"is no address that git understands here; {Forms}");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            return Wrong($"is not a valid URL; {Forms}");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return Wrong("must not have a ? or # part; secrets belong into token_file");
        }

        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            return Wrong("must not hold a password; put it into a file and name that as token_file");
        }

        return uri.Scheme switch
        {
            "https" or "http" => Web(uri),
            "ssh" => uri.Host.Length > 0 && !uri.Host.StartsWith('-') && !uri.UserInfo.StartsWith('-')
                ? (RepositoryTransport.Ssh, null)
                : Wrong($"names no host; {Forms}"),
            "file" => uri.Host.Length == 0 ? (RepositoryTransport.Local, null) : Wrong("must name no host after file://; write file:///path"),
            _ => Wrong($"has the scheme {uri.Scheme}, which is not supported; {Forms}"),
        };
    }

    private static (RepositoryTransport Transport, string? Error) Web(Uri uri)
    {
        if (uri.UserInfo.Length > 0)
        {
            return Wrong("must not hold a user name; write it as username beside token_file");
        }

        if (uri.Scheme == "https")
        {
            return (RepositoryTransport.Https, null);
        }

        var loopback = uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return loopback ? (RepositoryTransport.Http, null) : Wrong("uses http, which anybody on the way can change; write https (http is for loopback only)");
    }

    private static (RepositoryTransport Transport, string? Error) Wrong(string error) => (default, error);

    /// <summary>Neither part may begin with a dash, or a program that git starts would take it for an option.</summary>
    [GeneratedRegex(@"\A(?:[A-Za-z0-9_.][A-Za-z0-9_.+-]*@)?(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:.]+\]):[^-].*\z")]
    private static partial Regex ScpForm();
}
