using System.Buffers;
using Tidegate.Tls;

namespace Tidegate.Audit;

/// <summary>
/// Writes audit records to every sink. Audit is not logging: it has its own schema and its own sinks, it is written before the answer is
/// complete, and by default a record that cannot be written refuses the request (see <see cref="AuditFailure"/>).
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly Lock telling = new();
    private readonly IReadOnlyList<AuditOutput> outputs;
    private readonly AuditFailure onFailure;
    private readonly AuditJson json;
    private readonly TimeProvider time;
    private readonly ILogger<AuditLog> logger;
    private readonly ITimer retry;
    private volatile bool isFailing;
    private AuditGap? gap;
    private long written;
    private long failures;

    public AuditLog(IReadOnlyList<IAuditSink> sinks, AuditFailure onFailure, AuditJson json, TimeProvider time, ILogger<AuditLog> logger)
    {
        outputs = [.. sinks.Select(s => new AuditOutput(s, json, time))];
        this.onFailure = onFailure;
        this.json = json;
        this.time = time;
        this.logger = logger;
        retry = time.CreateTimer(static log => ((AuditLog)log!).TryRecover(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // An earlier process may have lost records on the way to the journal.
        foreach (var output in outputs)
        {
            output.Probe();
        }
    }

    /// <summary>Records that could not be written since the start; one that several sinks lost counts for each.</summary>
    public long Lost => outputs.Sum(o => o.Lost);

    /// <summary>Records that are safe on disk and wait for the journal.</summary>
    public long Queued => outputs.Sum(o => o.Sink.Queued);

    /// <summary>Bytes on disk of what is <see cref="Queued"/>.</summary>
    public long QueuedBytes => outputs.Sum(o => o.Sink.QueuedBytes);

    /// <summary>Records that every sink took since the start.</summary>
    public long Written => Interlocked.Read(ref written);

    /// <summary>Attempts to write that failed since the start, those of probes included.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Whether the last attempt to write failed.</summary>
    public bool IsFailing => isFailing;

    /// <summary>
    /// Whether a request may be let in: not while the last record could not be written. The record about the gap is tried first, so that the
    /// gate recovers by itself once the sink does.
    /// </summary>
    public bool MayProceed() => !isFailing || onFailure == AuditFailure.Continue || TryRecover();

    /// <summary>Writes a record; false when it could not be written and the request must therefore not go on.</summary>
    public bool Write(AuditEvent e, AuditStage stage)
    {
        var output = buffer ??= new(2048);
        output.ResetWrittenCount();
        json.Write(output, e, stage);
        return WriteToAll(new(AuditRecordKind.Request, output.WrittenMemory, e)) || onFailure == AuditFailure.Continue;
    }

    /// <summary>Records a client certificate that the handshake refused.</summary>
    public void WriteRefused(RefusedClient client)
    {
        var e = new AuditEvent
        {
            RequestId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            StartedAt = time.GetUtcNow(),
            Method = "",
            Path = "",
            RemoteAddress = client.Remote?.ToString(),
            Outcome = client.Reason,
        };
        var output = new ArrayBufferWriter<byte>(512);
        AuditJson.WriteRefused(output, e, client.Subject);
        WriteToAll(new(AuditRecordKind.RefusedCertificate, output.WrittenMemory, e));
    }

    public void Dispose()
    {
        lock (telling)
        {
            isFailing = false;
            retry.Dispose();
        }

        foreach (var output in outputs)
        {
            output.Dispose();
        }
    }

    /// <summary>Each sink gets the record, whatever became of it in the others.</summary>
    private bool WriteToAll(AuditRecord record)
    {
        string? failure = null;
        foreach (var output in outputs)
        {
            failure = output.Write(record) ?? failure;
        }

        if (failure is not null)
        {
            Interlocked.Increment(ref failures);
            Fail(failure);
            return false;
        }

        Interlocked.Increment(ref written);
        if (isFailing)
        {
            TryRecover();
        }

        return true;
    }

    private void Fail(string reason)
    {
        lock (telling)
        {
            gap = AuditGap.Widen(gap, time.GetUtcNow(), reason);
            if (!isFailing)
            {
                isFailing = true;
                Log.Failed(logger, onFailure == AuditFailure.Refuse ? "requests are refused" : "requests go on", reason);
                retry.Change(RetryAfter, RetryAfter);
            }
        }
    }

    /// <summary>Records the gap where there is one. Also called by a timer: the gap is recorded although nobody comes.</summary>
    private bool TryRecover()
    {
        lock (telling)
        {
            if (!isFailing)
            {
                return true;
            }

            if (outputs.Any(o => o.Probe() is not null))
            {
                Interlocked.Increment(ref failures);
                return false;
            }

            isFailing = false;
            retry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Log.Recovered(logger, gap!.Count, gap.First, gap.Last, gap.Reason, Lost);
            gap = null;
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Audit + 1, LogLevel.Critical, "Audit records cannot be written, {Consequence}: {Reason}")]
        public static partial void Failed(ILogger logger, string consequence, string reason);

        [LoggerMessage(EventIds.Audit + 2, LogLevel.Warning, "Audit records are written again; {LostRecords} were lost between {First:O} and {Last:O} because {Reason} ({Lost} since the start)")]
        public static partial void Recovered(ILogger logger, long lostRecords, DateTimeOffset first, DateTimeOffset last, string reason, long lost);
    }
}
