using System.CommandLine;
using Tidegate.Manual;
using Tidegate.Values;

namespace Tidegate.Cli;

/// <summary>
/// The verbs of <c>tidegate</c>. Errors are one line on stderr that begins with <c>error: </c>. Exit codes: 0 done, 1 refused or failed, 2 usage or invalid
/// input, 3 there are differences, 4 the daemon is not reachable.
/// </summary>
internal static class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <param name="runDaemon">Runs the daemon with a configuration file until it is told to stop; returns the exit code.</param>
    public static async Task<int> RunAsync(string[] args, Func<string, CancellationToken, Task<int>> runDaemon)
    {
        var parsed = Root(runDaemon).Parse(args);
        if (UnknownCommand.Error(parsed) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"error: {unknown}");
            await Console.Error.WriteLineAsync($"Try '{Words(parsed)} --help'.");
            return ExitCode.Usage;
        }

        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"error: {Printable.Line(error.Message)}");
            }

            await Console.Error.WriteLineAsync($"Try '{Words(parsed)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandException e)
        {
            await Console.Error.WriteLineAsync($"error: {Printable.Lines(e.Message)}");
            return e.ExitCode;
        }
    }

    /// <summary>All verbs.</summary>
    public static RootCommand Root(Func<string, CancellationToken, Task<int>> runDaemon) =>
        new("Tidegate: a GitOps gate in front of Kubernetes clusters.")
        {
            StartCommand.Create(runDaemon),
            ConfigureCommand.Create(),
            InstallCommand.Create(),
            CheckCommand.Create(),
            PlanCommand.Create(),
            SyncCommand.Create(),
            ReloadCommand.Create(),
            StatusCommand.Create(),
            HistoryCommand.Create(),
            GetCommand.Create(),
            KubeCommand.Create(),
            AccessCommand.Create(),
            GenerateDocsCommand.Create(),
        };

    private static string Words(ParseResult parsed)
    {
        var words = new List<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as System.CommandLine.Parsing.CommandResult)
        {
            words.Insert(0, command.Command is RootCommand ? "tidegate" : command.Command.Name);
        }

        return string.Join(' ', words);
    }
}

/// <summary>The exit codes that scripts may rely on.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Differences = 3;
    public const int Unreachable = 4;

    /// <summary>All of them, for the manual pages.</summary>
    public static readonly IReadOnlyList<ExitMeaning> Meanings =
    [
        new(Done, "Done."),
        new(Failed, "Refused or failed; one line on standard error, beginning with `error:`, says why."),
        new(Usage, "Wrong usage or invalid input: an unknown option, a configuration or a manifest with errors."),
        new(Differences, "There are differences (`plan --exit-code`)."),
        new(Unreachable, "The daemon, or the gate, is not reachable."),
    ];
}

/// <summary>Ends a command with one line on stderr.</summary>
internal sealed class CommandException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
