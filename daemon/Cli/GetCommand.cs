using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate get KIND[/NAME]</c>, after <c>tctl get</c>.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("KIND[/NAME]") { HelpName = "KIND[/NAME]", Description = $"One of {string.Join(", ", ResourceDocuments.Kinds)}; with a name, that one alone" };
        what.CompletionSources.Add([.. ResourceDocuments.Kinds]);
        var withSecrets = new Option<bool>("--with-secrets") { Description = "Also print the credentials of clusters" };
        return new AdminVerb("get", "Print the resources in force, as YAML documents.", OutputFormat.Yaml, what, withSecrets).Does(async (client, format, parsed, cancellationToken) =>
        {
            var parts = parsed.GetValue(what)!.Split('/', 2);
            var path = $"v1/resources/{string.Join('/', parts.Select(Uri.EscapeDataString))}{(parsed.GetValue(withSecrets) ? "?with_secrets=true" : "")}";
            var list = await client.GetAsync(path, ApiJson.Default.ResourceListView, cancellationToken);
            if (format == OutputFormat.Yaml)
            {
                Output.PrintYaml(list.Items);
            }
            else
            {
                Output.Print(format, list, ApiJson.Default.ResourceListView, to => Print(to, list));
            }

            return ExitCode.Done;
        });
    }

    private static void Print(TextWriter to, ResourceListView list) => Output.PrintTable(
        to,
        ["Kind", "Name", "Revision"],
        list.Items.Select(i => new[] { (string)i["kind"]!, (string)i["metadata"]!["name"]!, (string?)i["metadata"]!["revision"] ?? "" }));
}
