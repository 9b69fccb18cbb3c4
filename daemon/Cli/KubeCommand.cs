using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate kube ls</c>: the clusters that a person may use, or, at the daemon's socket, all that are registered.</summary>
internal static class KubeCommand
{
    public static Command Create() => new("kube", "Look at the clusters that a person may use.") { CreateList() };

    private static Command CreateList()
    {
        var config = Options.Config();
        var socket = Options.Socket();
        var format = Options.Format(OutputFormat.Text);
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            Description = "A kubeconfig with a context that points at a gate (default: $KUBECONFIG, else ~/.kube/config, else the daemon's socket)",
            HelpName = "FILE",
        };
        var command = new Command("ls", "List clusters: yours, or as administrator all.") { kubeconfig, config, socket, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var gate = parsed.GetValue(socket) is null ? PersonClient.Find(parsed.GetValue(kubeconfig)) : null;
            var items = gate is not null
                ? await gate.ListAsync(cancellationToken)
                : await RegisteredAsync(Options.SocketPath(parsed.GetValue(socket), parsed.GetValue(config)!), cancellationToken);
            var list = new KubeClusterList(items);
            Output.Print(parsed.GetValue(format), list, ApiJson.Default.KubeClusterList, to => Print(to, list, gate?.SelectedCluster));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<IReadOnlyList<KubeClusterItem>> RegisteredAsync(string socket, CancellationToken cancellationToken)
    {
        using var client = new AdminClient(socket);
        return (await client.GetAsync("v1/kube_clusters", ApiJson.Default.KubeClusterList, cancellationToken)).Items;
    }

    /// <summary>A person's table is that of the guide; at the socket it says besides how each cluster is.</summary>
    private static void Print(TextWriter to, KubeClusterList list, string? selected)
    {
        var knows = list.Items.Any(i => i.Health is not null);
        Output.PrintTable(
            to,
            knows ? ["Kube Cluster Name", "Labels", "Condition"] : ["Kube Cluster Name", "Labels", "Selected"],
            list.Items.Select(i => new[]
            {
                i.Name,
                string.Join(' ', i.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")),
                knows ? i.Health?.Summary ?? "" : i.Name == selected ? "*" : "",
            }));
    }
}
