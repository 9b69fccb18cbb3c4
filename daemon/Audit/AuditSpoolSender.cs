using Serilog.Sinks.Journald;
using Tidegate.Values;

namespace Tidegate.Audit;

/// <summary>Delivers what the spool holds, oldest first, on a thread of its own; tries again and again while the journal is away.</summary>
internal sealed partial class AuditSpoolSender : IDisposable
{
    /// <summary>A journal that is merely busy is not worth a word.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PatienceWhenFull = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    /// <summary>An entry that the kernel will not take as it is must not hold up all others for ever.</summary>
    private const int MostRefusals = 10;

    private readonly JournaldSocket socket;
    private readonly AuditSpool spool;
    private readonly Action<long, string> lose;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly FailureRun away;
    private readonly ManualResetEvent stopping = new(initialState: false);
    private readonly AutoResetEvent arrived = new(initialState: false);
    private readonly Thread thread;
    private bool isAnnounced;
    private long delivered;
    private int refusals;
    private long? waitsSince;

    /// <param name="lose">Told how many records are lost, and why.</param>
    public AuditSpoolSender(JournaldSocket socket, AuditSpool spool, Action<long, string> lose, TimeProvider time, ILogger logger)
    {
        this.socket = socket;
        this.spool = spool;
        this.lose = lose;
        this.time = time;
        this.logger = logger;
        away = new(time);
        if (spool.Torn > 0)
        {
            Lose(spool.Torn, "the program or the host was cut off while a record was written to the spool");
        }

        // What an earlier process left is worth a word, however soon it is delivered.
        isAnnounced = spool.Count > 0;
        thread = new(Run) { IsBackground = true, Name = "audit-spool" };
        thread.Start();
    }

    /// <summary>Something waits.</summary>
    public void Wake() => arrived.Set();

    /// <summary>Sends for a little longer what still waits, as far as the journal takes it.</summary>
    public void Dispose()
    {
        stopping.Set();
        thread.Join();
        stopping.Dispose();
        arrived.Dispose();
    }

    private void Run()
    {
        var pause = FirstPause;
        WaitHandle[] wakers = [stopping, arrived];
        while (!stopping.WaitOne(0))
        {
            if (Peek() is not { } entry)
            {
                CaughtUp();
                WaitHandle.WaitAny(wakers);
                continue;
            }

            if (Attempt(entry))
            {
                pause = FirstPause;
                continue;
            }

            stopping.WaitOne(pause);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        Drain();
    }

    /// <returns>False when the next attempt should not follow at once.</returns>
    private bool Attempt(byte[] entry)
    {
        waitsSince ??= time.GetTimestamp();
        var result = socket.Send(entry, PatienceWhenFull);
        if (result.IsSent)
        {
            Remove(entry);
            delivered++;
            return true;
        }

        if (result.Status == JournaldSendStatus.Refused && ++refusals > MostRefusals)
        {
            Remove(entry);
            Lose(1, result.Error ?? "it could not be sent");
            return true;
        }

        Announce(result.Error ?? "it gives no reason");
        return result.Status == JournaldSendStatus.Full;
    }

    private byte[]? Peek()
    {
        try
        {
            return spool.Peek();
        }
        catch (IOException e)
        {
            Lose(spool.GiveUpOldest(), e.Message);
            return spool.Count > 0 ? Peek() : null;
        }
    }

    private void Remove(byte[] entry)
    {
        refusals = 0;
        try
        {
            spool.Remove(entry);
        }
        catch (IOException)
        {
            // The note of the place is not written: should the program end now, the next one delivers this record again.
        }
    }

    private void Announce(string reason)
    {
        if (time.GetElapsedTime(waitsSince!.Value) < Grace)
        {
            return;
        }

        switch (away.Failed(reason, out var span))
        {
            case FailureNews.Began:
                Log.Spooling(logger, reason, spool.Count);
                break;
            case FailureNews.GoesOn:
                Log.StillSpooling(logger, span.Since, reason, spool.Count, spool.Bytes);
                break;
        }

        isAnnounced = true;
    }

    private void CaughtUp()
    {
        if (isAnnounced && delivered > 0)
        {
            away.Succeeded(out var span);
            Log.Delivered(logger, delivered, (long)span.Lasted.TotalSeconds);
        }

        isAnnounced = false;
        delivered = 0;
        waitsSince = null;
    }

    private void Lose(long records, string reason)
    {
        Log.Lost(logger, records, reason);
        lose(records, reason);
    }

    private void Drain()
    {
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < DrainTimeout && Peek() is { } entry && Attempt(entry))
        {
        }

        if (spool.Count > 0)
        {
            Log.Left(logger, spool.Count);
        }
        else
        {
            CaughtUp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Audit + 3, LogLevel.Warning, "The journal does not take audit records, they wait on disk ({Queued} so far): {Reason}")]
        public static partial void Spooling(ILogger logger, string reason, long queued);

        [LoggerMessage(EventIds.Audit + 6, LogLevel.Warning, "The journal has not taken audit records since {Since:u}; {Queued} wait on disk ({Bytes} bytes): {Reason}")]
        public static partial void StillSpooling(ILogger logger, DateTimeOffset since, string reason, long queued, long bytes);

        [LoggerMessage(EventIds.Audit + 4, LogLevel.Information, "The journal takes audit records again: {Delivered} were delivered late, after {Seconds} s")]
        public static partial void Delivered(ILogger logger, long delivered, long seconds);

        [LoggerMessage(EventIds.Audit + 5, LogLevel.Error, "{LostRecords} audit records that waited for the journal are lost: {Reason}")]
        public static partial void Lost(ILogger logger, long lostRecords, string reason);

        [LoggerMessage(EventIds.Audit + 7, LogLevel.Warning, "{Queued} audit records still wait for the journal; the next start delivers them")]
        public static partial void Left(ILogger logger, long queued);
    }
}
