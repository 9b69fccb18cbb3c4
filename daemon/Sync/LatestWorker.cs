namespace Tidegate.Sync;

/// <summary>Works away from its caller, one piece at a time; of the pieces that come meanwhile only the newest is done.</summary>
internal sealed class LatestWorker(TimeProvider time)
{
    private readonly Lock gate = new();
    private Action? next;
    private TaskCompletionSource? done;
    private long began;

    /// <summary>Since when one piece has been worked on; null when there is none.</summary>
    public TimeSpan? Busy
    {
        get
        {
            lock (gate)
            {
                return done is null ? null : time.GetElapsedTime(began);
            }
        }
    }

    /// <param name="work">Must not throw.</param>
    /// <returns>Ends when nothing is left to do.</returns>
    public Task Do(Action work)
    {
        lock (gate)
        {
            next = work;
            if (done is null)
            {
                done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                began = time.GetTimestamp();

                // A thread of its own: a disk that does not answer keeps it for long.
                new Thread(Run) { IsBackground = true, Name = "store" }.Start();
            }

            return done.Task;
        }
    }

    private void Run()
    {
        while (true)
        {
            Action work;
            lock (gate)
            {
                if (next is null)
                {
                    done!.SetResult();
                    done = null;
                    return;
                }

                (work, next) = (next, null);
                began = time.GetTimestamp();
            }

            work();
        }
    }
}
