using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate sync</c>.</summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var config = Options.Config();
        var socket = Options.Socket();
        var format = Options.Format(OutputFormat.Text);
        var confirm = new Option<bool>("--confirm-removal")
        {
            Description = "Apply the commit although it removes more than prune.max_removed_percent allows",
        };
        var command = new Command("sync", "Fetch and apply the repository now, and wait for the result.") { config, socket, format, confirm };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(Options.SocketPath(parsed.GetValue(socket), parsed.GetValue(config)!));
            var path = parsed.GetValue(confirm) ? "v1/sync?confirm_removal=true" : "v1/sync";
            var pass = await client.PostAsync(path, null, ApiJson.Default.PassView, cancellationToken);
            Output.Print(parsed.GetValue(format), pass, ApiJson.Default.PassView, to => PassText.Print(to, pass));
            return pass.Error is null ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
