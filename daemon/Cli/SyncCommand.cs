using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate sync</c>.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var confirm = new Option<string?>("--confirm-removal")
        {
            Description = "Apply also the removals of this commit that wait for a confirmation; tidegate status names it",
            HelpName = "REVISION",
        };
        return new AdminVerb("sync", "Fetch and apply the repository now, and wait for the result.", OutputFormat.Text, confirm).Does(async (client, format, parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(confirm) is { } revision ? $"v1/sync?confirm_removal={Uri.EscapeDataString(revision)}" : "v1/sync";
            var pass = await client.PostAsync(path, null, ApiJson.Default.PassView, cancellationToken);
            Output.Print(format, pass, ApiJson.Default.PassView, to => PassText.Print(to, pass));
            return pass.Error is null && pass.Held is null ? ExitCode.Done : ExitCode.Failed;
        });
    }
}
