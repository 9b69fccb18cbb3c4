using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary>A question about access: about whom, by which rules, and who answers it.</summary>
internal sealed class AccessVerb
{
    private readonly Argument<string> user = new("USER") { Description = "The common name of the person's certificate", HelpName = "NAME" };
    private readonly Option<string?> cluster = new("--cluster") { Description = "One cluster (default: all)", HelpName = "NAME" };
    private readonly Option<string[]> organizations = new("--organization", "-O") { Description = "An organization of the person's certificate, for connectors", HelpName = "NAME", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string[]> units = new("--organizational-unit") { Description = "An organizational unit of the certificate", HelpName = "NAME" };
    private readonly Option<string?> revision = new("--revision") { Description = "Ask the rules of a branch, tag or commit of the repository, with ~N or ^N after it", HelpName = "NAME" };
    private readonly Option<string?> folder = new("--dir") { Description = "Ask the rules of a folder of manifests", HelpName = "DIR" };
    private readonly Option<string?> kubeconfig = new("--kubeconfig")
    {
        Description = "Ask the gate that this kubeconfig points at, for yourself (default: $KUBECONFIG, else ~/.kube/config, else the daemon's socket)",
        HelpName = "FILE",
    };

    private readonly Option<string> config = Options.Config();
    private readonly Option<string?> socket = Options.Socket();
    private readonly Option<OutputFormat> format = Options.Format(OutputFormat.Text);

    public AccessVerb(string name, string description) =>
        Command = new(name, description) { user, cluster, organizations, units, revision, folder, kubeconfig, config, socket, format };

    /// <summary>What the command does with who answers and the question so far; returns its exit code.</summary>
    public delegate Task<int> Action(AccessSource source, OutputFormat format, AccessRequest asked, ParseResult parsed, CancellationToken cancellationToken);

    public Command Command { get; }

    public Command Does(Action action)
    {
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var (at, dir) = (parsed.GetValue(revision), parsed.GetValue(folder));
            if (at is not null && dir is not null)
            {
                throw new CommandException("--revision and --dir exclude each other", ExitCode.Usage);
            }

            if (dir is not null && !Directory.Exists(dir))
            {
                throw new CommandException($"there is no folder {dir}", ExitCode.Usage);
            }

            var (files, unread) = dir is null ? (null, null) : Folder.Read(dir);
            var asked = new AccessRequest(parsed.GetValue(user)!, parsed.GetValue(organizations), parsed.GetValue(units), parsed.GetValue(cluster), at, files) { Unread = unread };
            using var source = SourceOf(parsed, asksForOthers: at is not null || dir is not null);
            return await action(source, parsed.GetValue(format), asked, parsed, cancellationToken);
        });
        return Command;
    }

    /// <summary>What only the socket answers goes there, whatever kubeconfig lies around.</summary>
    private AccessSource SourceOf(ParseResult parsed, bool asksForOthers)
    {
        var told = parsed.GetValue(kubeconfig);
        var gate = parsed.GetValue(socket) is null && (told is not null || !asksForOthers) ? PersonClient.Find(told) : null;
        return gate is not null ? new(gate, null) : new(null, new AdminClient(Options.SocketPath(parsed.GetValue(socket), parsed.GetValue(config)!)));
    }
}

/// <summary>Who answers: a gate, to a person about themselves, or the daemon's socket.</summary>
internal sealed class AccessSource(PersonClient? gate, AdminClient? daemon) : IDisposable
{
    public Task<T> PostAsync<T>(string path, AccessRequest asked, JsonTypeInfo<T> type, CancellationToken cancellationToken) => gate is not null
        ? gate.PostAsync(path, asked, type, cancellationToken)
        : daemon!.PostAsync(path, JsonContent.Create(asked, ApiJson.Default.AccessRequest), type, cancellationToken);

    public void Dispose() => daemon?.Dispose();
}
