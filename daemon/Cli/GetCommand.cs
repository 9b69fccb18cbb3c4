using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate get KIND[/NAME]</c>, after <c>tctl get</c>.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        var config = Options.Config();
        var socket = Options.Socket();
        var format = Options.Format(OutputFormat.Yaml);
        var what = new Argument<string>("KIND[/NAME]") { Description = $"One of {string.Join(", ", ResourceDocuments.Kinds)}, and a name" };
        var withSecrets = new Option<bool>("--with-secrets") { Description = "Also print the clusters' credentials" };
        var command = new Command("get", "Print the resources in force, as YAML documents.") { what, config, socket, format, withSecrets };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(Options.SocketPath(parsed.GetValue(socket), parsed.GetValue(config)!));
            var parts = parsed.GetValue(what)!.Split('/', 2);
            var path = $"v1/resources/{string.Join('/', parts.Select(Uri.EscapeDataString))}{(parsed.GetValue(withSecrets) ? "?with_secrets=true" : "")}";
            var list = await client.GetAsync(path, ApiJson.Default.ResourceListView, cancellationToken);
            if (parsed.GetValue(format) == OutputFormat.Yaml)
            {
                Output.PrintYaml(list.Items);
            }
            else
            {
                Output.Print(parsed.GetValue(format), list, ApiJson.Default.ResourceListView, to => Print(to, list));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TextWriter to, ResourceListView list) => Output.PrintTable(
        to,
        ["Kind", "Name", "Revision"],
        list.Items.Select(i => new[] { (string)i["kind"]!, (string)i["metadata"]!["name"]!, (string?)i["metadata"]!["revision"] ?? "" }));
}
