using System.Text;
using Serilog.Sinks.Journald;

namespace Tidegate.Audit;

/// <summary>
/// Writes records to the systemd journal, past the program's log: the record is in the journal's hands when <see cref="Write"/> returns. Selected by
/// fields, as in <c>journalctl -t tidegate TIDEGATE_CLUSTER=prod-eu</c>.
/// </summary>
/// <param name="socket">Owned by the sink.</param>
internal sealed class JournaldAuditSink(JournaldSocket socket) : IAuditSink
{
    // Long enough for a journal that is busy, short enough for a person who waits.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public void Write(AuditRecord record)
    {
        var e = record.Event;
        var entry = new JournaldEntry()
            .Add("SYSLOG_IDENTIFIER", "tidegate")
            .Add("PRIORITY", e.Decision is Access.AccessDenied || e.ResponseCode >= 400 ? "5" : "6")
            .Add("MESSAGE", Encoding.UTF8.GetString(record.Json.Span).TrimEnd('\n'))
            .Add("TIDEGATE_AUDIT", "1")
            .Add("TIDEGATE_REQUEST_ID", e.RequestId)
            .Add("TIDEGATE_REVISION", e.Revision);
        if (e.Identity is { } identity)
        {
            entry.Add("TIDEGATE_USER", identity.User);
        }

        if (e.Cluster is { } cluster)
        {
            entry.Add("TIDEGATE_CLUSTER", cluster);
        }

        if (e.Decision is { } decision)
        {
            entry.Add("TIDEGATE_DECISION", decision is Access.AccessAllowed ? "allowed" : "denied");
        }

        var result = socket.Send(entry.Bytes, Patience);
        if (!result.IsSent)
        {
            throw new IOException($"the journal did not take an audit record: {result.Error}");
        }
    }

    public void Dispose() => socket.Dispose();
}
