using System.Text.RegularExpressions;
using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>A failure whose kind is known.</summary>
internal sealed class FetchException(FetchFailure failure, string message) : Exception(message)
{
    public FetchFailure Failure { get; } = failure;
}

/// <summary>
/// Tells failures apart by libgit2's and OpenSSH's words: LibGit2Sharp does not publish the codes, and ssh has none. Tests against real
/// servers notice when an update changes a wording; what no row matches stays <see cref="FetchFailure.Other"/> with the original text.
/// </summary>
internal static partial class FetchErrors
{
    private static readonly (string Words, FetchFailure Failure, string Message)[] LibraryRows =
    [
        ("failed to resolve address", FetchFailure.Unreachable, "the host name cannot be resolved: check url and the host's name resolution"),
        ("Connection refused", FetchFailure.Unreachable, "the server refused the connection: check host and port of url"),
        ("failed to connect", FetchFailure.Unreachable, "the server cannot be reached: check url, the network and firewalls"),
        ("timed out", FetchFailure.Timeout, "the server did not answer in time: check the server, or raise timeout"),
        ("Resource temporarily unavailable", FetchFailure.Timeout, "the server did not answer in time: check the server, or raise timeout"),
        ("Invalid EOF state", FetchFailure.Unreachable, "the connection broke during the transfer"),
        ("unexpected EOF", FetchFailure.Unreachable, "the connection broke during the transfer"),
        ("received early EOF", FetchFailure.Unreachable, "the TLS connection ended early; where url names an IP address, the server's certificate may not name it"),
        ("early EOF", FetchFailure.Unreachable, "the connection broke during the transfer"),
        ("unexpected disconnection", FetchFailure.Unreachable, "the connection broke during the transfer"),
        ("Connection reset", FetchFailure.Unreachable, "the connection broke during the transfer"),
        ("status code: 404", FetchFailure.NotFound, "the server knows no such repository (404): check the path of url; many servers also answer so when the token may not read it"),
        ("status code: 401", FetchFailure.Authentication, "the server refused the credentials (401): check token_file and username"),
        ("status code: 403", FetchFailure.Authentication, "the server forbids access (403): give the token the right to read this repository"),
        ("status code: 429", FetchFailure.Unreachable, "the server limits the rate of requests (429): raise interval"),
        ("unexpected http status code", FetchFailure.Unreachable, "the server answered with an error"),
        ("invalid content-type", FetchFailure.Unreachable, "what answers at url is no git repository, perhaps a login page: check url"),
        ("authentication required but no callback", FetchFailure.Authentication, "the server asks for credentials: name a file that holds a token as token_file"),
        ("too many redirects or authentication", FetchFailure.Authentication, "the server refused the credentials: check token_file and username"),
        ("SSL certificate is invalid", FetchFailure.Certificate, "the server's certificate is not valid for this host: check ca_file and url"),
        ("SSL error", FetchFailure.Unreachable, "the TLS connection failed: check that the server speaks TLS 1.2 or 1.3 at this port"),
        ("could not find repository", FetchFailure.NotFound, "there is no git repository at this path: run git init there, or correct url"),
        ("sha256", FetchFailure.Unsupported, "the repository uses SHA-256 object ids, which are not supported: use a SHA-1 repository"),
        ("unknown object format", FetchFailure.Unsupported, "the repository uses SHA-256 object ids, which are not supported: use a SHA-1 repository"),
        ("unsupported extension", FetchFailure.Unsupported, "the repository uses an extension that is not supported, such as reftable: convert it"),
        ("No space left on device", FetchFailure.Storage, "the disk that holds data_dir is full: make room"),
        ("Read-only file system", FetchFailure.Storage, "data_dir cannot be written: check the mount"),
        ("Permission denied", FetchFailure.Storage, "a file cannot be read or written by the daemon's account: check the owner and mode"),
        ("redirect", FetchFailure.Redirect, "the server sent the client elsewhere, which is not followed: write the repository's final address as url"),
    ];

    private static readonly (string Words, FetchFailure Failure, string Message)[] SshRows =
    [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", FetchFailure.HostKey, "the server's host key is not the one in known_hosts_file: if the server's owner confirms the new key, replace the line"),
        ("Host key verification failed", FetchFailure.HostKey, "the server's host key is not in known_hosts_file: get it with ssh-keyscan, compare its fingerprint with the owner's and add it"),
        ("UNPROTECTED PRIVATE KEY FILE", FetchFailure.Authentication, "ssh_key_file is readable by others, and ssh refuses it: chmod 600"),
        ("incorrect passphrase", FetchFailure.Authentication, "ssh_key_file is encrypted with a passphrase: use a key without one"),
        ("error in libcrypto", FetchFailure.Authentication, "ssh_key_file is no private key that ssh can read"),
        ("invalid format", FetchFailure.Authentication, "ssh_key_file is no private key that ssh can read"),
        ("Permission denied", FetchFailure.Authentication, "the server refused the key: add the public half of ssh_key_file as a key that may read the repository"),
        ("Too many authentication failures", FetchFailure.Authentication, "the server refused the key: add the public half of ssh_key_file as a key that may read the repository"),
        ("Could not resolve hostname", FetchFailure.Unreachable, "the host name cannot be resolved: check url and the host's name resolution"),
        ("Connection refused", FetchFailure.Unreachable, "the server refused the connection: check host and port of url"),
        ("Connection timed out", FetchFailure.Timeout, "the server did not answer in time: check the server, or raise timeout"),
        ("timed out", FetchFailure.Timeout, "the server did not answer in time: check the server, or raise timeout"),
        ("not responding", FetchFailure.Timeout, "the server stopped answering"),
        ("not appear to be a git repository", FetchFailure.NotFound, "the server knows no such repository: check the path of url"),
        ("epository not found", FetchFailure.NotFound, "the server knows no such repository: check the path of url and what the key may read"),
        ("No route to host", FetchFailure.Unreachable, "the server cannot be reached: check url, the network and firewalls"),
        ("Connection closed", FetchFailure.Unreachable, "the server closed the connection"),
        ("Connection reset", FetchFailure.Unreachable, "the server closed the connection"),
        ("ssh: not found", FetchFailure.Configuration, "ssh is not installed: install the OpenSSH client"),
        ("No user exists for uid", FetchFailure.Configuration, "ssh needs an entry in passwd for the daemon's account"),
    ];

    /// <summary>The failure that <paramref name="exception"/> of libgit2 means.</summary>
    /// <param name="sshLog">What ssh wrote, or null for another transport.</param>
    public static FetchException Classify(LibGit2SharpException exception, string? sshLog)
    {
        if (!string.IsNullOrWhiteSpace(sshLog) && Find(SshRows, sshLog) is { } ssh)
        {
            return new(ssh.Failure, ssh.Message);
        }

        var message = Stable(exception.Message);
        if (Find(LibraryRows, message) is { } row)
        {
            return new(row.Failure, $"{row.Message} ({message})");
        }

        var words = string.IsNullOrWhiteSpace(sshLog) ? message : LastLine(sshLog);
        return sshLog is not null && message.Contains("could not read refs", StringComparison.Ordinal)
            ? new(FetchFailure.Unreachable, $"the ssh connection failed: {words}")
            : new(FetchFailure.Other, words);
    }

    /// <summary>
    /// A text without the random part of a temporary file's name: with it the same failure would be another one at each attempt, and be said each time. Source of the names:
    /// libgit2, <c>src/util/futils.c</c> (<c>git_futils_mktmp</c>).
    /// </summary>
    public static string Stable(string message) => TemporaryName().Replace(message, "$1*");

    private static (FetchFailure Failure, string Message)? Find((string Words, FetchFailure Failure, string Message)[] rows, string text)
    {
        foreach (var row in rows)
        {
            if (text.Contains(row.Words, StringComparison.OrdinalIgnoreCase))
            {
                return (row.Failure, row.Message);
            }
        }

        return null;
    }

    /// <summary>A server's words are untrusted: one line, no control characters, bounded.</summary>
    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return Printable.Line(line.Length > 200 ? line[..200] : line);
    }

    [GeneratedRegex("(_git2_|tmp_(?:pack|obj|object|idx|rev|midx|graph)_(?!git2_))[0-9A-Za-z]+")]
    private static partial Regex TemporaryName();
}
