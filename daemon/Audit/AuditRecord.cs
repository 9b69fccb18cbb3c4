using System.Buffers;

namespace Tidegate.Audit;

/// <summary>What a record is about.</summary>
internal enum AuditRecordKind
{
    Request,
    RefusedCertificate,
    Gap,
}

/// <summary>One finished audit record.</summary>
/// <param name="Json">The object as UTF-8, on one line, line feed included; what follows selects it in the journal.</param>
/// <param name="Gap">For a record about a gap.</param>
internal readonly record struct AuditRecord(AuditRecordKind Kind, ReadOnlyMemory<byte> Json, AuditEvent Event, AuditGap? Gap = null)
{
    /// <summary>The record that takes the place of lost ones.</summary>
    public static AuditRecord OfGap(AuditGap gap, AuditJson json, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>(512);
        json.WriteGap(output, gap, now);
        return new(AuditRecordKind.Gap, output.WrittenMemory, new() { RequestId = "", StartedAt = now, Method = "", Path = "" }, gap);
    }
}
