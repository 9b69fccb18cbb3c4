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
        var accept = new Option<string?>("--accept-tag-move")
        {
            Description = "Follow the configured tag to this commit, which it did not name before; tidegate status names it",
            HelpName = "REVISION",
        };
        return new AdminVerb("sync", "Fetch and apply the repository now, and wait for the result.", OutputFormat.Text, confirm, accept).Does(async (client, format, parsed, cancellationToken) =>
        {
            var asked = new[] { ("confirm_removal", parsed.GetValue(confirm)), ("accept_tag_move", parsed.GetValue(accept)) };
            var path = "v1/sync?" + string.Join('&', asked.Where(a => a.Item2 is not null).Select(a => $"{a.Item1}={Uri.EscapeDataString(a.Item2!)}"));
            var pass = await client.PostAsync(path, null, ApiJson.Default.PassView, cancellationToken);
            Output.Print(format, pass, ApiJson.Default.PassView, to => PassText.Print(to, pass));
            return pass.Error is null && pass.Held is null ? ExitCode.Done : ExitCode.Failed;
        });
    }
}
