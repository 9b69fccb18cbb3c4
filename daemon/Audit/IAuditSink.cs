namespace Tidegate.Audit;

/// <summary>Where records go. Two of them: a file of JSON lines, and the journal.</summary>
internal interface IAuditSink : IDisposable
{
    /// <summary>Records that are safe here and still have a way to go: those that wait on disk for the journal.</summary>
    long Queued => 0;

    /// <summary>Bytes on disk of what is <see cref="Queued"/>.</summary>
    long QueuedBytes => 0;

    /// <summary>Records that it had taken and lost afterwards; each is told once.</summary>
    AuditGap? TakeGap() => null;

    /// <summary>Writes one record before it returns, and never waits for longer than a write takes.</summary>
    /// <exception cref="IOException">The record is not written.</exception>
    void Write(AuditRecord record);
}
