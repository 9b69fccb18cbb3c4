using System.Diagnostics;
using System.Text;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>A program that runs; disposing kills what is left of it.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly ProgramRun run;
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly Task reading;
    private TaskCompletionSource changed = NewSignal();

    public RunningProgram(ProgramRun run, Process process)
    {
        this.run = run;
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
    }

    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(text.AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It ended without reading; its exit code tells the rest.
        }
    }

    public void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above.
        }
    }

    /// <summary>Waits until standard output or error holds a text.</summary>
    /// <returns>All output so far.</returns>
    /// <exception cref="TimeoutException">It did not come; the message holds what was written.</exception>
    public async Task<string> WaitForAsync(string text, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(run.Timeout);
        while (true)
        {
            Task next;
            lock (gate)
            {
                string all = output.ToString() + error;
                if (all.Contains(text, StringComparison.Ordinal))
                {
                    return all;
                }

                next = changed.Task;
            }

            try
            {
                bool ended = reading.IsCompleted;
                await Task.WhenAny(next, reading).WaitAsync(limit.Token);
                if (ended)
                {
                    throw new TimeoutException(Describe($"ended without \"{text}\""));
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(Describe($"did not write \"{text}\" within {run.Timeout}"));
            }
        }
    }

    public async Task<ProgramResult> WaitForExitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            await reading.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(Describe($"did not end within {timeout}"));
        }

        lock (gate)
        {
            return new ProgramResult(process.ExitCode, output.ToString(), error.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReadAsync(StreamReader reader, StringBuilder target)
    {
        char[] buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            TaskCompletionSource signal;
            lock (gate)
            {
                target.Append(buffer, 0, count);
                signal = changed;
                changed = NewSignal();
            }

            signal.SetResult();
        }
    }

    private string Describe(string what)
    {
        lock (gate)
        {
            return $"{run.Program} {string.Join(' ', run.Arguments)} {what}.\n--- output\n{output}\n--- error\n{error}";
        }
    }
}
