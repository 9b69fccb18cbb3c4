namespace Serilog.Sinks.Journald;

/// <summary>Entries that were lost one after the other.</summary>
/// <param name="Count">At least 1.</param>
/// <param name="Reason">Why the last of them was lost, half a sentence that follows "because".</param>
internal readonly record struct JournaldGap(long Count, DateTimeOffset First, DateTimeOffset Last, string Reason);

/// <summary>
/// Entries that wait to be sent, bounded in number and in bytes. What does not fit is counted; as soon as there is room again, an entry
/// about the gap takes the place of what was lost. Safe for use by several threads.
/// </summary>
/// <param name="maxBytes">Of entries, not counting what holds them.</param>
/// <param name="describe">Makes the entry about a gap.</param>
internal sealed class JournaldBacklog(int maxEntries, long maxBytes, Func<JournaldGap, byte[]> describe)
{
    private readonly Lock access = new();
    private readonly Queue<byte[]> entries = new();
    private readonly AutoResetEvent arrived = new(initialState: false);
    private long bytes;
    private JournaldGap? gap;

    /// <summary>Signalled when an entry was added or lost.</summary>
    public WaitHandle Arrived => arrived;

    /// <summary>How many entries were lost since the start.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes an entry, or counts it as lost.</summary>
    /// <param name="reason">Why entries wait.</param>
    public void Add(byte[] entry, DateTimeOffset now, string reason)
    {
        lock (access)
        {
            // Half empty before taking on again: one gap to read about instead of one after every other entry.
            var room = gap is null ? (maxEntries, maxBytes) : (maxEntries / 2, maxBytes / 2);
            if (entries.Count < room.Item1 && bytes + entry.Length <= room.Item2)
            {
                CloseGap();
                Enqueue(entry);
            }
            else
            {
                Widen(now, reason);
            }
        }

        arrived.Set();
    }

    /// <summary>The oldest entry, which stays; an entry about a gap when nothing else waits.</summary>
    public bool TryPeek([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? entry)
    {
        lock (access)
        {
            if (entries.Count == 0)
            {
                CloseGap();
            }

            return entries.TryPeek(out entry);
        }
    }

    /// <summary>Removes the oldest entry, which was sent.</summary>
    public void Remove()
    {
        lock (access)
        {
            bytes -= entries.Dequeue().Length;
        }
    }

    /// <summary>Removes the oldest entry, which can never be sent.</summary>
    public void Lose(DateTimeOffset now, string reason)
    {
        lock (access)
        {
            bytes -= entries.Dequeue().Length;
            Widen(now, reason);
        }
    }

    private void Enqueue(byte[] entry)
    {
        entries.Enqueue(entry);
        bytes += entry.Length;
    }

    private void Widen(DateTimeOffset now, string reason)
    {
        Lost++;
        gap = new((gap?.Count ?? 0) + 1, gap?.First ?? now, now, reason);
    }

    private void CloseGap()
    {
        if (gap is { } closed)
        {
            gap = null;
            Enqueue(describe(closed));
        }
    }
}
