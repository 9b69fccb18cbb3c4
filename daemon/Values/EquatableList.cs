using System.Collections;
using System.Runtime.CompilerServices;

namespace Tidegate.Values;

/// <summary>
/// An immutable list that compares by its elements, in order. Records compare collections by reference, so a diff over records
/// that hold plain lists would report a change on every load.
/// </summary>
[CollectionBuilder(typeof(EquatableList), nameof(EquatableList.Create))]
internal sealed class EquatableList<T> : IReadOnlyList<T>, IEquatable<EquatableList<T>>
{
    /// <summary>The list without elements.</summary>
    public static readonly EquatableList<T> Empty = new([]);

    private readonly T[] items;

    /// <summary>Takes ownership of <paramref name="items"/>; the caller must not change the array afterwards.</summary>
    internal EquatableList(T[] items) => this.items = items;

    public int Count => items.Length;

    public T this[int index] => items[index];

    public ReadOnlySpan<T> AsSpan() => items;

    public bool Equals(EquatableList<T>? other) =>
        ReferenceEquals(this, other) || (other is not null && items.AsSpan().SequenceEqual(other.items));

    public override bool Equals(object? obj) => Equals(obj as EquatableList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => items.GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", items)}]";
}

/// <summary>Makes <see cref="EquatableList{T}"/> values.</summary>
internal static class EquatableList
{
    public static EquatableList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? EquatableList<T>.Empty : new(items.ToArray());

    public static EquatableList<T> ToEquatableList<T>(this IEnumerable<T> items) => Create<T>(items.ToArray());
}
