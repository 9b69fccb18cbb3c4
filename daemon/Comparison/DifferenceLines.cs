using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Comparison;

/// <summary>
/// Differences of single kinds → lines for people. What one rule does to every kind that it is about becomes one line in the rule's own words; what it does to
/// nearly every kind, a line with its exceptions.
/// </summary>
internal static class DifferenceLines
{
    /// <param name="grids">Those of all kinds that the rules tell apart.</param>
    public static EquatableList<AccessDifference> Of(IEnumerable<CausedDifference> differences, IReadOnlyList<ObjectGrid> grids) => differences
        .GroupBy(d => d.Cause)
        .SelectMany(g => Lines([.. g], grids))
        .Distinct()
        .OrderBy(l => l.Change)
        .ThenBy(l => l.Objects.Kind, StringComparer.Ordinal)
        .ThenBy(l => l.Objects.ApiGroup, StringComparer.Ordinal)
        .ThenBy(l => l.Objects.Namespace, StringComparer.Ordinal)
        .ThenBy(l => l.Objects.Name, StringComparer.Ordinal)
        .ThenBy(l => l.Verbs)
        .ThenBy(l => l.By.ToString(), StringComparer.Ordinal)
        .ThenBy(l => l.Denied?.ToString(), StringComparer.Ordinal)
        .ToEquatableList();

    private static IEnumerable<AccessDifference> Lines(IReadOnlyList<CausedDifference> differences, IReadOnlyList<ObjectGrid> grids)
    {
        var rule = differences[0].Narrowest;
        var about = grids.Where(g => g.IsReachedBy(rule)).Select(g => g.Kind).ToList();
        var missing = about.Except(differences.Select(d => d.Kind)).ToList();
        var together = differences.Where(d => about.Contains(d.Kind)).ToList();
        var rest = about.Where(k => k.Kind == rule.Kind && (k.Kind == ResourceRule.Any || !k.IsOneGroup)).ToList();
        var isOne = rest.Count > 0 || rule.Kind == ResourceRule.Any
            ? rest.Count > 0 && !rest.Exists(missing.Contains)
            : together.Count > 1 && missing.Count == 0;
        var apart = isOne ? differences.Except(together) : differences;
        return (isOne ? [Together(together, missing)] : Enumerable.Empty<AccessDifference>())
            .Concat(apart.Select(d => Alone(d, d.Kind.IsOneGroup ? [] : missing.Where(k => k.Kind == d.Kind.Kind))));
    }

    private static AccessDifference Together(List<CausedDifference> differences, List<ObjectKind> missing)
    {
        var rule = differences[0].Narrowest;
        var shown = differences.Find(d => d.Kind.Kind == ResourceRule.Any) ?? differences[0];
        var isOfCluster = differences.TrueForAll(d => d.IsOfCluster);
        return Line(
            shown,
            new(rule.ApiGroup.Text, rule.Kind, Names(missing), isOfCluster ? "" : rule.Namespace.Text, rule.Name.Text, ExampleOf(shown)),
            differences.Exists(d => d.HasExceptions));
    }

    private static AccessDifference Alone(CausedDifference difference, IEnumerable<ObjectKind> missing)
    {
        var rule = difference.Narrowest;
        var name = difference.Kind.IsNamespaces ? NamespacePattern(difference) : rule.Name.Text;
        var objects = new AffectedObjects(
            difference.Kind.ShownGroup, difference.Kind.Kind, Names(missing), difference.IsOfCluster ? "" : rule.Namespace.Text, name, ExampleOf(difference));
        return Line(difference, objects, difference.HasExceptions);
    }

    /// <summary>The pattern by which a rule finds namespaces: its own names, or where it is over what is in them.</summary>
    private static string NamespacePattern(CausedDifference difference)
    {
        var rule = difference.Narrowest;
        var isByPlace = !rule.IsAbout("", "namespaces")
            || (ReferenceEquals(rule, difference.By) && (difference.Verbs & ~ObjectDecision.Looking) == 0 && ObjectDecision.Shows(rule, difference.Example.Name));
        return (isByPlace ? rule.Namespace : RuleMatching.PatternOfNamespace(rule)).Text;
    }

    private static AccessDifference Line(CausedDifference difference, AffectedObjects objects, bool hasExceptions) => new(
        difference.Change, objects, difference.Verbs, hasExceptions, RulePlace.Of(difference.By), difference.Denied is null ? null : RulePlace.Of(difference.Denied));

    private static string ExampleOf(CausedDifference difference) =>
        difference.Example.Namespace.Length > 0 ? $"{difference.Example.Namespace}/{difference.Example.Name}" : difference.Example.Name;

    private static EquatableList<string> Names(IEnumerable<ObjectKind> kinds) => kinds.Select(Name).Distinct().Order(StringComparer.Ordinal).ToEquatableList();

    private static string Name(ObjectKind kind) => kind.ShownGroup.Length > 0 ? $"{kind.Kind}.{kind.ShownGroup}" : kind.Kind;
}
