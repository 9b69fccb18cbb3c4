using System.Runtime.InteropServices;
using Tidegate.Values;

namespace Tidegate.Comparison;

/// <summary>Collects who is affected by what on which clusters, and says it in as few values as there are different groups of clusters.</summary>
internal sealed class Differing<T>(IEqualityComparer<object?>? comparer)
    where T : class
{
    private readonly Dictionary<T, Whole> wholes = new(comparer);

    public void Add(string person, string cluster, T what)
    {
        ref var whole = ref CollectionsMarshal.GetValueRefOrAddDefault(wholes, what, out _);
        whole ??= new(wholes.Count, []);
        whole.Pairs.Add((person, cluster));
    }

    /// <summary>Each part of what was added, with all who are affected by it.</summary>
    /// <param name="order">A text to put the parts in order by.</param>
    public EquatableList<Affected<TPart>> Each<TPart>(Func<T, EquatableList<TPart>> parts, Func<TPart, string> order)
        where TPart : class
    {
        var holders = new Dictionary<TPart, List<Whole>>();
        foreach (var (what, whole) in wholes)
        {
            foreach (var part in parts(what))
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(holders, part, out _);
                (list ??= []).Add(whole);
            }
        }

        // Parts of the same wholes concern the same people.
        var people = holders.Values.DistinctBy(KeyOf).ToDictionary(KeyOf, PeopleOf, StringComparer.Ordinal);
        return holders
            .OrderBy(h => order(h.Key), StringComparer.Ordinal)
            .SelectMany(h => people[KeyOf(h.Value)].Select(p => new Affected<TPart>(p.Persons, p.Clusters, h.Key)))
            .ToEquatableList();
    }

    private static string KeyOf(List<Whole> wholes) => string.Join(',', wholes.Select(w => w.Number));

    /// <summary>Persons for whom it is the same clusters stand together.</summary>
    private static IReadOnlyList<(EquatableList<string> Persons, EquatableList<string> Clusters)> PeopleOf(List<Whole> wholes) =>
    [.. wholes.SelectMany(w => w.Pairs)
        .GroupBy(p => p.Person, p => p.Cluster, StringComparer.Ordinal)
        .GroupBy(p => p.Distinct().Order(StringComparer.Ordinal).ToEquatableList(), p => p.Key)
        .Select(g => (Persons: g.Order(StringComparer.Ordinal).ToEquatableList(), Clusters: g.Key))
        .OrderBy(g => g.Persons[0], StringComparer.Ordinal)];

    private sealed record Whole(int Number, List<(string Person, string Cluster)> Pairs);
}
