namespace Tidegate.Simulation.Pods;

/// <summary>The log lines of one pod, bounded, with a signal for those who follow.</summary>
internal sealed class PodLog(TimeProvider time)
{
    private const int Limit = 10_000;

    private readonly Lock gate = new();
    private readonly List<(DateTimeOffset At, string Text)> lines = [];
    private long dropped;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of lines ever written, which is the position of the next.</summary>
    public long Count
    {
        get
        {
            lock (gate)
            {
                return dropped + lines.Count;
            }
        }
    }

    public void Append(string text)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            lines.Add((time.GetUtcNow(), text));
            if (lines.Count > Limit)
            {
                lines.RemoveRange(0, Limit / 2);
                dropped += Limit / 2;
            }

            signal = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        signal.SetResult();
    }

    /// <summary>The lines from a position on, the position after them, and a task that completes at the next line.</summary>
    public (List<(DateTimeOffset At, string Text)> Lines, long Next, Task Changed) From(long position)
    {
        lock (gate)
        {
            int first = (int)Math.Clamp(position - dropped, 0, lines.Count);
            return (lines.GetRange(first, lines.Count - first), dropped + lines.Count, changed.Task);
        }
    }
}
