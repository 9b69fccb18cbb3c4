using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tidegate.Values;

/// <summary>An immutable map with ordinal string keys that compares by content, whatever the order in which it was written.</summary>
internal sealed class EquatableMap<TValue> : IReadOnlyDictionary<string, TValue>, IEquatable<EquatableMap<TValue>>
{
    /// <summary>The map without entries.</summary>
    public static readonly EquatableMap<TValue> Empty = new(new SortedList<string, TValue>(StringComparer.Ordinal));

    private readonly SortedList<string, TValue> entries;

    private EquatableMap(SortedList<string, TValue> entries) => this.entries = entries;

    public int Count => entries.Count;

    /// <summary>The keys in ordinal order.</summary>
    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<TValue> Values => entries.Values;

    public TValue this[string key] => entries[key];

    /// <summary>Copies <paramref name="pairs"/>.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static EquatableMap<TValue> From(IEnumerable<KeyValuePair<string, TValue>> pairs)
    {
        var copy = new SortedList<string, TValue>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs)
        {
            copy.Add(key, value);
        }

        return copy.Count == 0 ? Empty : new(copy);
    }

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TValue value) => entries.TryGetValue(key, out value);

    public bool Equals(EquatableMap<TValue>? other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is null || other.Count != Count)
        {
            return false;
        }

        for (var i = 0; i < Count; i++)
        {
            if (!string.Equals(entries.GetKeyAtIndex(i), other.entries.GetKeyAtIndex(i), StringComparison.Ordinal)
                || !EqualityComparer<TValue>.Default.Equals(entries.GetValueAtIndex(i), other.entries.GetValueAtIndex(i)))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as EquatableMap<TValue>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (key, value) in entries)
        {
            hash.Add(key, StringComparer.Ordinal);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => entries.GetEnumerator();

    public override string ToString() => string.Join(",", entries.Select(e => $"{e.Key}={e.Value}"));
}
