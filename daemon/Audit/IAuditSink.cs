namespace Tidegate.Audit;

/// <summary>Where records go. Two of them: a file of JSON lines, and the journal.</summary>
internal interface IAuditSink : IDisposable
{
    /// <summary>Writes one record before it returns, and never waits for longer than a write takes.</summary>
    /// <exception cref="IOException">The record is not written.</exception>
    void Write(AuditRecord record);
}
