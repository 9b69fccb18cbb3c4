using System.Diagnostics;
using System.Globalization;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests.Git;

namespace Tidegate.EndToEndTests.GitServers;

/// <summary>A real OpenSSH server on a loopback port with keys of its own, which serves git and nothing else.</summary>
public sealed class SshServer : IDisposable
{
    private const string Daemon = "/usr/sbin/sshd";
    private readonly Process process;

    public SshServer()
    {
        DebianPackages.Require(Daemon, "openssh-server");
        DebianPackages.Require("/usr/bin/ssh", "openssh-client");
        Repository = new ScratchRepository();
        Port = FreePort.Next();
        HostKey = MakeKey("host", "");
        ClientKey = MakeKey("client", "");
        StrangerKey = MakeKey("stranger", "");
        EncryptedKey = MakeKey("encrypted", "passphrase");
        KnownHosts = Write("known_hosts", KnownHostsLine(HostKey));

        // What git asks for arrives in SSH_ORIGINAL_COMMAND; the repository stall.git hangs after the login.
        var shell = Write("serve", "#!/bin/sh\ncase \"$SSH_ORIGINAL_COMMAND\" in *stall.git*) sleep 120;; *) exec git-shell -c \"$SSH_ORIGINAL_COMMAND\";; esac\n");
        File.SetUnixFileMode(shell, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var lines = new[] { ClientKey, EncryptedKey }.Select(k => $"restrict,command=\"{shell}\" {File.ReadAllText($"{k}.pub")}");
        var authorized = Write("authorized_keys", string.Concat(lines));
        Directory.CreateDirectory("/run/sshd");
        var configuration = Write(
            "sshd_config",
            $"ListenAddress 127.0.0.1:{Port}\nHostKey \"{HostKey}\"\nAuthorizedKeysFile {authorized}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            + "KbdInteractiveAuthentication no\nPermitRootLogin forced-commands-only\nPidFile none\n");
        process = Process.Start(new ProcessStartInfo(Daemon, ["-D", "-e", "-f", configuration]) { RedirectStandardError = true })!;
        var heard = new List<string>();
        while (process.StandardError.ReadLine() is { } line)
        {
            heard.Add(line);
            if (line.StartsWith("Server listening", StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync();
                return;
            }
        }

        throw new InvalidOperationException($"sshd does not start: {string.Join('\n', heard)}");
    }

    internal ScratchRepository Repository { get; }

    public int Port { get; }

    public string HostKey { get; }

    public string ClientKey { get; }

    public string StrangerKey { get; }

    public string EncryptedKey { get; }

    public string KnownHosts { get; }

    public string Url => Address($"{Repository.Work}/.git");

    public string Address(string path) => string.Create(CultureInfo.InvariantCulture, $"ssh://{Environment.UserName}@127.0.0.1:{Port}{path}");

    public string KnownHostsLine(string key) =>
        string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{Port} {string.Join(' ', File.ReadAllText($"{key}.pub").Split(' ')[..2])}\n");

    /// <summary>A file of this server's scratch folder, readable by its owner only.</summary>
    public string Write(string name, string text)
    {
        var file = Path.Combine(Repository.Root, name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        Repository.Dispose();
    }

    private string MakeKey(string name, string passphrase)
    {
        var file = Path.Combine(Repository.Root, $"{name} key");
        ScratchRepository.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file);
        return file;
    }
}
