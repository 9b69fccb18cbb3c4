using System.CommandLine;
using Tidegate.Api;

namespace Tidegate.Cli;

/// <summary><c>tidegate reload</c>: what <c>systemctl reload</c> runs, so that a file that is not taken is a job that fails.</summary>
internal static class ReloadCommand
{
    public static Command Create() =>
        new AdminVerb("reload", "Have the daemon read its configuration again.", OutputFormat.Text).Does(async (client, format, _, cancellationToken) =>
        {
            var result = await client.PostAsync("v1/reload", null, ApiJson.Default.ReloadView, cancellationToken);
            if (result.Errors.Count > 0)
            {
                throw new CommandException(string.Join("\nerror: ", [.. result.Errors, "the configuration is not reloaded, the one in force stays"]), ExitCode.Usage);
            }

            Output.Print(format, result, ApiJson.Default.ReloadView, to => Print(to, result));
            return ExitCode.Done;
        });

    private static void Print(TextWriter to, ReloadView result)
    {
        to.WriteLine(result.Changed.Count == 0 ? $"{result.File} has been read again; no setting has changed" : $"{result.File} has been read again; changed:");
        foreach (var setting in result.Changed)
        {
            to.WriteLine($"  {setting}");
        }

        foreach (var setting in result.NeedingRestart)
        {
            to.WriteLine($"warning: {setting} takes effect with the next restart");
        }

        foreach (var warning in result.Warnings)
        {
            to.WriteLine($"warning: {warning}");
        }
    }
}
