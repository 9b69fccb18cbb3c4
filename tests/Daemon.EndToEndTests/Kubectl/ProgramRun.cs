using System.Diagnostics;

namespace Tidegate.EndToEndTests.Kubectl;

internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public string All => Output + Error;
}

/// <summary>One run of a program with a time limit; it is killed, with its children, at the limit.</summary>
internal sealed record ProgramRun(string Program, IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What the program reads; null: nothing.</summary>
    public string? Input { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <exception cref="TimeoutException">It did not end in time; the message holds what it wrote.</exception>
    public async Task<ProgramResult> RunAsync(CancellationToken cancellationToken)
    {
        await using RunningProgram running = Start();
        if (Input is not null)
        {
            await running.WriteAsync(Input, cancellationToken);
        }

        running.CloseInput();
        return await running.WaitForExitAsync(Timeout, cancellationToken);
    }

    /// <summary>Starts it and leaves its input open.</summary>
    public RunningProgram Start()
    {
        ProcessStartInfo info = new(Program, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingDirectory ?? "",
        };
        foreach ((string name, string value) in Environment)
        {
            info.Environment[name] = value;
        }

        return new RunningProgram(this, Process.Start(info)!);
    }
}
