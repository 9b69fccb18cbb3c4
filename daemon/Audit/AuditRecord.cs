namespace Tidegate.Audit;

/// <summary>One finished audit record.</summary>
/// <param name="Json">The object as UTF-8, on one line, line feed included; what follows selects it in the journal.</param>
internal readonly record struct AuditRecord(ReadOnlyMemory<byte> Json, AuditEvent Event);
