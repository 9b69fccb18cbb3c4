using System.CommandLine;

namespace Tidegate.Cli;

/// <summary><c>tidegate start</c>.</summary>
internal static class StartCommand
{
    public static Command Create(Func<string, CancellationToken, Task<int>> runDaemon)
    {
        var config = Options.Config();
        var command = new Command("start", "Run the daemon in the foreground.") { config };
        command.SetAction((parsed, cancellationToken) => runDaemon(parsed.GetValue(config)!, cancellationToken));
        return command;
    }
}
