using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Tidegate.Values;

namespace Tidegate.Labels;

/// <summary>The labels of one cluster: distinct keys, each with one value that may be empty. Compares by content.</summary>
internal sealed class LabelSet : IReadOnlyDictionary<string, string>, IEquatable<LabelSet>
{
    /// <summary>No labels.</summary>
    public static readonly LabelSet Empty = new(EquatableMap<string>.Empty);

    private readonly EquatableMap<string> entries;

    private LabelSet(EquatableMap<string> entries) => this.entries = entries;

    public int Count => entries.Count;

    public IEnumerable<string> Keys => entries.Keys;

    public IEnumerable<string> Values => entries.Values;

    public string this[string key] => entries[key];

    public static LabelSet From(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = EquatableMap<string>.From(pairs);
        return map.Count == 0 ? Empty : new(map);
    }

    /// <summary>These labels with <paramref name="winning"/> laid over them.</summary>
    public LabelSet With(LabelSet winning)
    {
        if (winning.Count == 0)
        {
            return this;
        }

        var merged = new Dictionary<string, string>(entries, StringComparer.Ordinal);
        foreach (var (key, value) in winning)
        {
            merged[key] = value;
        }

        return From(merged);
    }

    public bool ContainsKey(string key) => entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => entries.TryGetValue(key, out value);

    public bool Equals(LabelSet? other) => other is not null && entries.Equals(other.entries);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => entries.GetHashCode();

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => entries.GetEnumerator();

    /// <summary><c>k=v,k2=v2</c> in ordinal order of the keys.</summary>
    public override string ToString() => entries.ToString();
}
