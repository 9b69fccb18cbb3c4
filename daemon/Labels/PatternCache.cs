using System.Collections.Concurrent;

namespace Tidegate.Labels;

/// <summary>
/// Compiled patterns by their text, as long as somebody uses them. Many people have the same roles, and each of them has those rules with the own traits filled in: what is
/// written alike is compiled once, since an expression takes a millisecond and some 100 KiB.
/// </summary>
internal sealed class PatternCache
{
    private const int Least = 1024;

    private readonly ConcurrentDictionary<string, WeakReference<LabelPattern>> known = new(StringComparer.Ordinal);
    private int sweepAt = Least;

    /// <summary>The number of patterns that are remembered, also those that nobody uses any more and that were not swept yet.</summary>
    public int Count => known.Count;

    public LabelPattern? Find(string text) => known.TryGetValue(text, out var held) && held.TryGetTarget(out var pattern) ? pattern : null;

    public void Add(LabelPattern pattern)
    {
        known[pattern.Text] = new(pattern);

        // Count takes every lock; it is reached only after a compilation.
        var limit = Volatile.Read(ref sweepAt);
        if (known.Count > limit && Interlocked.CompareExchange(ref sweepAt, int.MaxValue, limit) == limit)
        {
            foreach (var entry in known.Where(e => !e.Value.TryGetTarget(out _)))
            {
                known.TryRemove(entry);
            }

            Volatile.Write(ref sweepAt, Math.Max(Least, known.Count * 2));
        }
    }
}
