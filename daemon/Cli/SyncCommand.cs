using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate sync</c>.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var confirm = new Option<bool>("--confirm-removal")
        {
            Description = "Apply the commit although it removes more clusters than gitops_service.prune.max_removed_percent allows",
        };
        return new AdminVerb("sync", "Fetch and apply the repository now, and wait for the result.", OutputFormat.Text, confirm).Does(async (client, format, parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(confirm) ? "v1/sync?confirm_removal=true" : "v1/sync";
            var pass = await client.PostAsync(path, null, ApiJson.Default.PassView, cancellationToken);
            Output.Print(format, pass, ApiJson.Default.PassView, to => PassText.Print(to, pass));
            return pass.Error is null ? ExitCode.Done : ExitCode.Failed;
        });
    }
}
