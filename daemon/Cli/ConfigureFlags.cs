using System.CommandLine;
using Tidegate.Configuration;

namespace Tidegate.Cli;

/// <summary>The flags of <c>tidegate configure</c>, each one field of the file.</summary>
internal sealed class ConfigureFlags
{
    private static readonly ConfigurationTemplate Standard = new();

    private readonly Option<string> nodeName = Text("--node-name", "NAME", "Name of this daemon in records (default: the host's name)", Standard.NodeName);
    private readonly Option<string> dataDir = Text("--data-dir", "DIR", "Absolute path of the folder for the mirror and the state", Standard.DataDir);
    private readonly Option<string> repository = Text("--repository", "URL", "Repository of the manifests: https://…, ssh://…, user@host:path or an absolute path", Standard.RepositoryUrl);
    private readonly Option<string?> branch = Optional("--branch", "NAME", "Branch to follow (default: the remote's HEAD)");
    private readonly Option<string> path = Text("--path", "DIR", "Folder of the manifests inside the repository", Standard.Path);
    private readonly Option<string?> tokenFile = Optional("--token-file", "FILE", "Absolute path of a file with an access token, for an https repository");
    private readonly Option<string?> sshKeyFile = Optional("--ssh-key-file", "FILE", "Absolute path of the private key, for an ssh repository");
    private readonly Option<string?> knownHostsFile = Optional("--known-hosts-file", "FILE", "Absolute path of the server's public keys (known_hosts), for an ssh repository");
    private readonly Option<string> listenAddr = Text("--listen-addr", "ADDRESS:PORT", "IP address and port that the proxy listens on", Standard.ListenAddr);
    private readonly Option<string?> publicAddr = Optional("--public-addr", "HOST:PORT", "Name and port under which people reach the proxy; goes into kubeconfigs");
    private readonly Option<string> certFile = Text("--cert-file", "FILE", "Absolute path of the server's certificate with its chain, PEM; only with --key-file", Standard.CertFile);
    private readonly Option<string> keyFile = Text("--key-file", "FILE", "Absolute path of the certificate's private key, PEM; only with --cert-file", Standard.KeyFile);
    private readonly Option<string> clientCaFile = Text("--client-ca-file", "FILE", "Absolute path of the authorities that issue client certificates, PEM", Standard.ClientCaFile);
    private readonly Option<string[]> resources = Many("--resource-label", "KEY=PATTERN", "Serve only clusters with this label; of several keys all must match, of several patterns for one key any (default: every cluster)");
    private readonly Option<string[]> labels = Many("--label", "KEY=VALUE", "Label that every cluster of this daemon gets");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            nodeName, dataDir, repository, branch, path, tokenFile, sshKeyFile, knownHostsFile, listenAddr, publicAddr, certFile, keyFile, clientCaFile, resources, labels,
        })
        {
            command.Add(option);
        }
    }

    /// <exception cref="CommandException">A certificate without its key, or a label without its value.</exception>
    public ConfigurationTemplate Template(ParseResult parsed)
    {
        if (IsGiven(parsed, certFile) != IsGiven(parsed, keyFile))
        {
            throw new CommandException("please provide both --key-file and --cert-file", ExitCode.Usage);
        }

        return new()
        {
            NodeName = parsed.GetValue(nodeName)!,
            DataDir = parsed.GetValue(dataDir)!,
            RepositoryUrl = parsed.GetValue(repository)!,
            Branch = parsed.GetValue(branch),
            Path = parsed.GetValue(path)!,
            TokenFile = parsed.GetValue(tokenFile),
            SshKeyFile = parsed.GetValue(sshKeyFile),
            KnownHostsFile = parsed.GetValue(knownHostsFile),
            ListenAddr = parsed.GetValue(listenAddr)!,
            PublicAddr = parsed.GetValue(publicAddr),
            CertFile = parsed.GetValue(certFile)!,
            KeyFile = parsed.GetValue(keyFile)!,
            ClientCaFile = parsed.GetValue(clientCaFile)!,
            ResourceLabels =
            [
                .. Pairs("--resource-label", parsed.GetValue(resources)).GroupBy(p => p.Key, StringComparer.Ordinal)
                    .Select(g => KeyValuePair.Create(g.Key, (IReadOnlyList<string>)[.. g.Select(p => p.Value)])),
            ],
            Labels = [.. Pairs("--label", parsed.GetValue(labels))],
        };
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static IEnumerable<KeyValuePair<string, string>> Pairs(string option, string[]? values)
    {
        foreach (var value in values ?? [])
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            yield return equals > 0
                ? new(value[..equals], value[(equals + 1)..])
                : throw new CommandException($"{option} '{value}': write KEY=VALUE", ExitCode.Usage);
        }
    }

    private static Option<string> Text(string name, string help, string description, string standard) =>
        new(name) { HelpName = help, Description = description, DefaultValueFactory = _ => standard };

    private static Option<string?> Optional(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static Option<string[]> Many(string name, string help, string description) => new(name) { HelpName = help, Description = description };
}
