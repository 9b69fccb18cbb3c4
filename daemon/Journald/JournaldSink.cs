using Serilog.Core;
using Serilog.Events;

namespace Serilog.Sinks.Journald;

/// <summary>
/// Writes log events to the journal with their properties as fields. Logging never waits: events go into a bounded backlog that a
/// thread of its own sends. While the journal is full, away or restarting they wait there; those that do not fit are counted and
/// reported in an entry of their own once the journal is back.
/// </summary>
internal sealed class JournaldSink : ILogEventSink, IDisposable
{
    private const string TooManyAtOnce = "more came at once than the journal could take";

    private static readonly TimeSpan PatienceWhenFull = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly JournaldSinkOptions options;
    private readonly JournaldFormatter formatter;
    private readonly JournaldBacklog backlog;
    private readonly JournaldSocket socket;
    private readonly ManualResetEvent stopping = new(initialState: false);
    private readonly Thread sender;
    private volatile string waitingBecause = TooManyAtOnce;
    private bool disposed;

    public JournaldSink(JournaldSinkOptions options)
    {
        this.options = options;
        formatter = new(options);
        backlog = new(options.MaxEntries, options.MaxBytes, formatter.Format);
        socket = new(options.SocketPath, options.Time);
        sender = new(Run) { IsBackground = true, Name = "journald" };
        sender.Start();
    }

    /// <summary>How many events were lost since the start.</summary>
    public long Lost => backlog.Lost;

    /// <summary>Whether the last attempt to send failed, so that entries wait.</summary>
    public bool IsWaiting => !ReferenceEquals(waitingBecause, TooManyAtOnce);

    public void Emit(LogEvent logEvent) => backlog.Add(formatter.Format(logEvent), options.Time.GetUtcNow(), waitingBecause);

    /// <summary>Sends what still waits, as far as the journal takes it within the drain timeout.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        stopping.Set();
        sender.Join();
        socket.Dispose();
        stopping.Dispose();
    }

    private void Run()
    {
        var pause = FirstPause;
        WaitHandle[] wakers = [stopping, backlog.Arrived];
        while (true)
        {
            if (!backlog.TryPeek(out var entry))
            {
                if (WaitHandle.WaitAny(wakers) == 0)
                {
                    break;
                }

                continue;
            }

            if (stopping.WaitOne(0))
            {
                break;
            }

            pause = Attempt(entry) ? FirstPause : Pause(pause);
        }

        Drain();
    }

    /// <returns>False when nobody listens and the next attempt should not follow at once.</returns>
    private bool Attempt(byte[] entry)
    {
        var result = socket.Send(entry);
        if (result.Status == JournaldSendStatus.Full)
        {
            waitingBecause = result.Error ?? TooManyAtOnce;
            result = socket.Send(entry, PatienceWhenFull);
        }

        switch (result.Status)
        {
            case JournaldSendStatus.Sent:
                backlog.Remove();
                waitingBecause = TooManyAtOnce;
                return true;
            case JournaldSendStatus.Refused:
                backlog.Lose(options.Time.GetUtcNow(), result.Error ?? "it could not be sent");
                return true;
            default:
                waitingBecause = result.Error ?? TooManyAtOnce;
                return result.Status == JournaldSendStatus.Full;
        }
    }

    private TimeSpan Pause(TimeSpan pause)
    {
        stopping.WaitOne(pause);
        return pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    private void Drain()
    {
        var start = options.Time.GetTimestamp();
        while (options.Time.GetElapsedTime(start) < options.DrainTimeout && backlog.TryPeek(out var entry) && Attempt(entry))
        {
        }
    }
}
