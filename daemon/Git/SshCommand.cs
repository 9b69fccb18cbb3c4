namespace Tidegate.Git;

/// <summary>
/// The shell command by which libgit2 runs OpenSSH: only the configured key, only the pinned host keys, no question, no configuration
/// of the account. What ssh and the server write to standard error goes to a file, because libgit2 reports every failure alike.
/// </summary>
internal static class SshCommand
{
    /// <param name="logFile">Receives standard error.</param>
    /// <param name="connectTimeout">Milliseconds.</param>
    public static string Build(GitRepositoryOptions options, GitUrl url, string logFile, int connectTimeout)
    {
        string[] settings =
        [
            "BatchMode=yes",
            "StrictHostKeyChecking=yes",
            $"UserKnownHostsFile=\"{Escape(options.KnownHostsFile!)}\"",
            "GlobalKnownHostsFile=none",
            "UpdateHostKeys=no",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            $"IdentityFile=\"{Escape(options.SshKeyFile!)}\"",
            "PasswordAuthentication=no",
            "KbdInteractiveAuthentication=no",
            "ForwardAgent=no",
            "ClearAllForwardings=yes",
            "PermitLocalCommand=no",
            "ControlMaster=no",
            "ControlPath=none",
            $"ConnectTimeout={Math.Max(1, connectTimeout / 1000)}",
            "ServerAliveInterval=10",
            "ServerAliveCountMax=3",
            "LogLevel=ERROR",

            // libgit2 leaves the brackets of user@[::1]:path, and ssh would look for a host of that name.
            .. url.Host.Contains(':', StringComparison.Ordinal) ? [$"HostName={url.Host}"] : Array.Empty<string>(),
        ];
        return $"ssh -F none -T {string.Join(' ', settings.Select(s => $"-o {Quote(s)}"))} 2>{Quote(logFile)}";
    }

    /// <summary>ssh expands percent signs in file names.</summary>
    private static string Escape(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
