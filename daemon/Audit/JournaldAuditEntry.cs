using System.Globalization;
using System.Text;
using Serilog.Sinks.Journald;

namespace Tidegate.Audit;

/// <summary>
/// An audit record as an entry of the journal: the JSON as the message, and in fields what people select by. Text from outside crosses only as the value of a
/// field (<see cref="JournaldEntry"/>), so it cannot add one.
/// </summary>
internal static class JournaldAuditEntry
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <param name="now">The time of the record; the journal's own is that of arrival, which is later for a record that had to wait.</param>
    public static JournaldEntry Of(AuditRecord record, DateTimeOffset now)
    {
        var type = TypeOf(record);
        var entry = new JournaldEntry()
            .Add("SYSLOG_IDENTIFIER", "tidegate")
            .Add("PRIORITY", (record.Event.ResponseCode >= 400 ? JournalEvents.RequestDenied : type).Priority!.Value.ToString(CultureInfo.InvariantCulture))
            .Add("MESSAGE", Encoding.UTF8.GetString(record.Json.Span).TrimEnd('\n'))
            .Add("TIDEGATE_AUDIT", "1")
            .Add("TIDEGATE_EVENT", type.Slug)
            .Add("TIDEGATE_TIMESTAMP", now.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));
        if (type.MessageId is { } id)
        {
            entry.Add("MESSAGE_ID", id.ToString("N"));
        }

        return record.Gap is { } gap ? AddGap(entry, gap) : AddRequest(entry, record.Event, type);
    }

    private static JournaldEventType TypeOf(AuditRecord record) => record.Kind switch
    {
        AuditRecordKind.Gap => JournalEvents.AuditGap,
        AuditRecordKind.RefusedCertificate => JournalEvents.CertificateRefused,
        _ when record.Event.IsAllowed => JournalEvents.RequestAllowed,
        _ => JournalEvents.RequestDenied,
    };

    private static JournaldEntry AddGap(JournaldEntry entry, AuditGap gap) => entry
        .Add("TIDEGATE_LOST_RECORDS", gap.Count.ToString(CultureInfo.InvariantCulture))
        .Add("TIDEGATE_FIRST", gap.First.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture))
        .Add("TIDEGATE_LAST", gap.Last.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture))
        .Add("TIDEGATE_REASON", gap.Reason);

    private static JournaldEntry AddRequest(JournaldEntry entry, AuditEvent e, JournaldEventType type)
    {
        entry.Add("TIDEGATE_REQUEST_ID", e.RequestId).Add("TIDEGATE_DECISION", e.IsAllowed ? "allowed" : "denied");
        AddIfSet(entry, "TIDEGATE_REVISION", e.Revision);
        AddIfSet(entry, "TIDEGATE_USER", e.Identity?.User);
        AddIfSet(entry, "TIDEGATE_CLUSTER", e.Cluster);
        AddIfSet(entry, "TIDEGATE_VERB", e.Request?.Verb);
        AddIfSet(entry, "TIDEGATE_NAMESPACE", e.Request?.Namespace);
        AddIfSet(entry, "TIDEGATE_REMOTE", e.RemoteAddress);
        AddIfSet(entry, "TIDEGATE_ROLE", e.Decision?.Role);
        AddIfSet(entry, "TIDEGATE_RULE", e.Decision?.Rule?.Rule);
        AddIfSet(entry, "TIDEGATE_CODE", e.ResponseCode == 0 ? null : e.ResponseCode.ToString(CultureInfo.InvariantCulture));
        AddIfSet(entry, "TIDEGATE_REASON", e.Outcome ?? (type == JournalEvents.RequestAllowed ? null : e.Decision?.Explanation));
        return entry;
    }

    private static void AddIfSet(JournaldEntry entry, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            entry.Add(name, value);
        }
    }
}
