namespace Tidegate.Audit;

/// <summary>
/// One sink and what it has missed. As soon as it takes records again, the first is about the gap, in the place of what was lost there.
/// </summary>
internal sealed class AuditOutput(IAuditSink sink, AuditJson json, TimeProvider time) : IDisposable
{
    private readonly Lock access = new();
    private volatile AuditGap? gap;
    private long lost;

    public IAuditSink Sink => sink;

    /// <summary>Records lost since the start.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>What is lost and not yet recorded; null when all is well.</summary>
    public AuditGap? Gap => gap;

    /// <summary>Writes a record, behind one about the gap when there is one.</summary>
    /// <returns>Null, or why it is not written.</returns>
    public string? Write(AuditRecord record)
    {
        try
        {
            CloseGap();
            sink.Write(record);
            return null;
        }
        catch (IOException e)
        {
            lock (access)
            {
                gap = AuditGap.Widen(gap, time.GetUtcNow(), e.Message);
            }

            Interlocked.Increment(ref lost);
            return e.Message;
        }
    }

    /// <summary>Tries whether the sink takes records again.</summary>
    /// <returns>Null, or why not.</returns>
    public string? Probe()
    {
        try
        {
            CloseGap();
            return null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    public void Dispose() => sink.Dispose();

    private void CloseGap()
    {
        if (sink.TakeGap() is { } late)
        {
            Interlocked.Add(ref lost, late.Count);
            lock (access)
            {
                gap = gap is null ? late : gap with { Count = gap.Count + late.Count, Last = late.Last };
            }
        }

        if (gap is null)
        {
            return;
        }

        lock (access)
        {
            if (gap is { } open)
            {
                sink.Write(AuditRecord.OfGap(open, json, time.GetUtcNow()));
                gap = null;
            }
        }
    }
}
