using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>A kind that rules tell apart from others, in one API group that stands for all groups that they cannot tell apart.</summary>
/// <param name="ApiGroup">The group to decide with.</param>
/// <param name="Kind">Plural name; <c>*</c>, which is no kind's name, for all kinds that no rule names.</param>
/// <param name="ShownGroup">What the group stands for: itself, a pattern, or patterns that meet in it, with <c>&amp;</c> between them.</param>
internal sealed record ObjectKind(string ApiGroup, string Kind, string ShownGroup, KindScope Scope)
{
    /// <summary>Whether rules name the group, so that it stands for itself alone.</summary>
    public bool IsOneGroup => ShownGroup == ApiGroup;

    public bool IsNamespaces => ObjectDecision.IsNamespaces(ApiGroup, Kind);
}

/// <summary>
/// The kinds about which some rules can say different things. A kind that every Kubernetes has is looked at in each group where it is known to be, and once more
/// for all others that a rule may mean.
/// </summary>
internal sealed class ObjectKinds(PatternLanguage language)
{
    private static readonly ILookup<string, LabelPattern> KnownGroups =
        BuiltInKinds.All.ToLookup(k => k.Plural, k => LabelPattern.Compile(k.ApiGroup, out _)!, StringComparer.Ordinal);

    private static readonly ObjectKind Namespaces = new("", "namespaces", "", KindScope.Cluster);

    /// <returns>In ordinal order, and the groups' partitions that are not exact in <paramref name="inexact"/>.</returns>
    public IReadOnlyList<ObjectKind> Of(IReadOnlyCollection<ResourceRule> rules, List<PatternPartition> inexact)
    {
        // A rule over anything in a namespace is one over the namespace.
        var kinds = new HashSet<ObjectKind> { Namespaces };
        foreach (var kind in rules.Select(r => r.Kind).Distinct())
        {
            var patterns = rules.Where(r => r.Kind == kind || r.Kind == ResourceRule.Any).Select(r => r.ApiGroup).DistinctBy(p => p.Text).ToList();
            var partition = language.Partition(patterns.Concat(KnownGroups[kind]));
            if (!partition.IsExact)
            {
                inexact.Add(partition);
            }

            kinds.UnionWith(Named(kind, [.. partition.Classes.Where(c => patterns.Exists(p => p.IsMatch(c.Witness)))]));
        }

        return [.. kinds.OrderBy(k => k.Kind, StringComparer.Ordinal).ThenBy(k => k.ShownGroup, StringComparer.Ordinal).ThenBy(k => k.ApiGroup, StringComparer.Ordinal)];
    }

    private static IEnumerable<ObjectKind> Named(string kind, List<PatternClass> groups)
    {
        var unique = groups.Select(Shown).GroupBy(s => s, StringComparer.Ordinal).Where(g => g.Count() == 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        return groups.Select(g => new ObjectKind(
            g.Witness, kind, unique.Contains(Shown(g)) ? Shown(g) : string.Join(" & ", g.Matching), BuiltInKinds.ScopeOf(g.Witness, kind)));
    }

    /// <summary>The group itself where it is named, else the narrowest pattern by its length.</summary>
    private static string Shown(PatternClass groups) =>
        groups.Matching.Contains(groups.Witness) ? groups.Witness : groups.Matching.OrderByDescending(t => t.Length).ThenBy(t => t, StringComparer.Ordinal).First();
}
