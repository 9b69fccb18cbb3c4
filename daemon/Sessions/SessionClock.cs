using Tidegate.Access;

namespace Tidegate.Sessions;

/// <summary>
/// Watches over one stream's limits, from the moment when its request goes to the cluster, and says once when it is over. Without limits it holds no
/// timer; with limits one, which is set to the nearest instant. Data only moves a time stamp: the timer looks at it when it fires.
/// </summary>
internal sealed class SessionClock : IDisposable
{
    // The certificate's end is on the wall clock, which may be set meanwhile.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly DateTimeOffset notAfter;
    private readonly Action<SessionEnd> end;
    private readonly long began;
    private long lastData;
    private SessionLimits limits = SessionLimits.None;
    private ITimer? timer;
    private bool isOver;

    /// <param name="notAfter">When the client certificate expires.</param>
    /// <param name="end">Told why the stream is over; called once at most, from a timer's thread or from <see cref="Apply"/>. It must not block.</param>
    public SessionClock(TimeProvider time, DateTimeOffset notAfter, Action<SessionEnd> end)
    {
        this.time = time;
        this.notAfter = notAfter;
        this.end = end;
        began = lastData = time.GetTimestamp();
    }

    /// <summary>From now on these limits hold; the time that has passed counts.</summary>
    public void Apply(SessionLimits changed)
    {
        lock (gate)
        {
            if (limits == changed)
            {
                return;
            }

            limits = changed;
        }

        Look();
    }

    /// <summary>Data passed, in either direction.</summary>
    public void Active() => Volatile.Write(ref lastData, time.GetTimestamp());

    /// <summary>The stream is over, or turned out to be none.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            Stop();
        }
    }

    private void Look()
    {
        SessionEnd? over;
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            var deadline = SessionDeadline.Of(
                limits, time.GetElapsedTime(began), time.GetElapsedTime(Volatile.Read(ref lastData)), notAfter - time.GetUtcNow());
            over = deadline.Over;
            if (over is not null)
            {
                Stop();
            }
            else
            {
                Wait(deadline.Left);
            }
        }

        if (over is not null)
        {
            end(over);
        }
    }

    private void Wait(TimeSpan? left)
    {
        if (left is null)
        {
            timer?.Dispose();
            timer = null;
            return;
        }

        // Timers count whole milliseconds and drop the rest; one that fires before the instant would only have to wait again.
        var wait = left < LongestWait ? TimeSpan.FromMilliseconds(Math.Ceiling(left.Value.TotalMilliseconds)) : LongestWait;
        timer ??= time.CreateTimer(static clock => ((SessionClock)clock!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Stop()
    {
        isOver = true;
        timer?.Dispose();
        timer = null;
    }
}
