using System.Buffers;
using System.Text;
using System.Text.Json;
using Tidegate.Tls;

namespace Tidegate.Audit;

/// <summary>
/// Writes audit records to every sink. Audit is not logging: it has its own schema and its own sinks, it is written before the answer is
/// complete, and by default a record that cannot be written refuses the request (see <see cref="AuditFailure"/>).
/// </summary>
internal sealed partial class AuditLog : IDisposable
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private readonly IReadOnlyList<IAuditSink> sinks;
    private readonly AuditFailure onFailure;
    private readonly AuditJson json;
    private readonly TimeProvider time;
    private readonly ILogger<AuditLog> logger;
    private volatile string? failure;
    private long lost;
    private long written;
    private long failures;

    public AuditLog(IReadOnlyList<IAuditSink> sinks, AuditFailure onFailure, AuditJson json, TimeProvider time, ILogger<AuditLog> logger)
    {
        this.sinks = sinks;
        this.onFailure = onFailure;
        this.json = json;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Records that could not be written since the start.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Records that every sink took since the start.</summary>
    public long Written => Interlocked.Read(ref written);

    /// <summary>Attempts to write that failed since the start, those of probes included.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Whether the last attempt to write failed.</summary>
    public bool IsFailing => failure is not null;

    /// <summary>
    /// Whether a request may be let in: not while the last record could not be written. A probe record is tried first, so that the gate
    /// recovers by itself once the sink does.
    /// </summary>
    public bool MayProceed() => failure is null || onFailure == AuditFailure.Continue || Probe();

    /// <summary>Writes a record; false when it could not be written and the request must therefore not go on.</summary>
    public bool Write(AuditEvent e, AuditStage stage)
    {
        var output = buffer ??= new(2048);
        output.ResetWrittenCount();
        json.Write(output, e, stage);
        return WriteToAll(new(output.WrittenMemory, e)) || onFailure == AuditFailure.Continue;
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
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("event", "auth");
            writer.WriteString("code", AuditCodes.RefusedCertificate);
            writer.WriteString("time", e.StartedAt);
            writer.WriteString("uid", e.RequestId);
            writer.WriteString("addr.remote", e.RemoteAddress);
            writer.WriteString("certificate_subject", client.Subject);
            writer.WriteString("decision", "denied");
            writer.WriteString("reason", client.Reason);
            writer.WriteEndObject();
        }

        output.Write("\n"u8);
        WriteToAll(new(output.WrittenMemory, e));
    }

    public void Dispose()
    {
        foreach (var sink in sinks)
        {
            sink.Dispose();
        }
    }

    private bool Probe()
    {
        var line = Encoding.UTF8.GetBytes($$"""{"event":"audit.recovered","code":"TGA001I","time":"{{time.GetUtcNow():O}}","lost":{{Lost}}}""" + "\n");
        var e = new AuditEvent { RequestId = "", StartedAt = time.GetUtcNow(), Method = "", Path = "" };
        return WriteToAll(new(line, e), isProbe: true);
    }

    private bool WriteToAll(AuditRecord record, bool isProbe = false)
    {
        try
        {
            foreach (var sink in sinks)
            {
                sink.Write(record);
            }
        }
        catch (IOException e)
        {
            Interlocked.Increment(ref failures);
            Interlocked.Add(ref lost, isProbe ? 0 : 1);
            if (Interlocked.Exchange(ref failure, e.Message) is null)
            {
                Log.Failed(logger, onFailure == AuditFailure.Refuse ? "requests are refused" : "requests go on", e.Message);
            }

            return false;
        }

        Interlocked.Increment(ref written);
        if (failure is not null && Interlocked.Exchange(ref failure, null) is not null)
        {
            Log.Recovered(logger, Lost);
        }

        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Audit + 1, LogLevel.Critical, "Audit records cannot be written, {Consequence}: {Reason}")]
        public static partial void Failed(ILogger logger, string consequence, string reason);

        [LoggerMessage(EventIds.Audit + 2, LogLevel.Warning, "Audit records are written again; {Lost} were lost since the start")]
        public static partial void Recovered(ILogger logger, long lost);
    }
}
