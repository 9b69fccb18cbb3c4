using Serilog.Sinks.Journald;

namespace Tidegate.Audit;

/// <summary>
/// Writes records to the systemd journal, past the program's log. A record that the journal does not take at once goes to a spool on disk, and from there to
/// the journal when it can: no request waits for the journal, and none is refused for it before the spool is full. Selected by fields, as in
/// <c>journalctl -t tidegate TIDEGATE_CLUSTER=prod-eu</c>; records from the spool have the field <c>TIDEGATE_LATE</c>.
/// </summary>
internal sealed class JournaldAuditSink : IAuditSink
{
    private readonly Lock access = new();
    private readonly JournaldSocket socket;
    private readonly AuditSpool spool;
    private readonly AuditSpoolSender sender;
    private readonly TimeProvider time;
    private AuditGap? gap;

    /// <param name="socket">Owned by the sink.</param>
    /// <param name="spool">Owned by the sink.</param>
    public JournaldAuditSink(JournaldSocket socket, AuditSpool spool, TimeProvider time, ILogger<JournaldAuditSink> logger)
    {
        this.socket = socket;
        this.spool = spool;
        this.time = time;
        sender = new(socket, spool, Lose, time, logger);
    }

    /// <inheritdoc/>
    public long Queued => spool.Count;

    /// <inheritdoc/>
    public long QueuedBytes => spool.Count == 0 ? 0 : spool.Bytes;

    /// <inheritdoc/>
    public void Write(AuditRecord record)
    {
        var entry = JournaldAuditEntry.Of(record, time.GetUtcNow());
        lock (access)
        {
            // Behind what waits, so that records keep their order.
            if (spool.Count == 0 && socket.Send(entry.Bytes).IsSent)
            {
                return;
            }

            spool.Append(entry.Add("TIDEGATE_LATE", "1").Bytes);
        }

        sender.Wake();
    }

    /// <inheritdoc/>
    public AuditGap? TakeGap() => Volatile.Read(ref gap) is null ? null : Interlocked.Exchange(ref gap, null);

    /// <summary>Delivers what it can soon; the rest stays on disk for the next process.</summary>
    public void Dispose()
    {
        sender.Dispose();
        socket.Dispose();
        spool.Dispose();
    }

    private void Lose(long records, string reason)
    {
        lock (access)
        {
            gap = AuditGap.Widen(gap, time.GetUtcNow(), reason, records);
        }
    }
}
