using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>Which rules are behind the difference on one kind: as few as cover it, and of equals the narrowest.</summary>
internal sealed class CauseSearch
{
    private readonly ObjectGrid grid;
    private readonly AccessChange change;
    private readonly IReadOnlyList<ResourceRule> giving;
    private readonly IReadOnlyList<ResourceRule> otherAllow;
    private readonly IReadOnlyList<ResourceRule> otherDeny;

    /// <param name="having">The rules of the side that allows what the other does not.</param>
    private CauseSearch(ObjectGrid grid, AccessChange change, RuleSet having, RuleSet other)
    {
        this.grid = grid;
        this.change = change;
        giving = Ordered(having.Allow);
        otherAllow = other.Allow;
        otherDeny = Ordered(other.Deny);
    }

    public static IEnumerable<CausedDifference> Of(ObjectGrid grid, RuleSet before, RuleSet after) =>
        new CauseSearch(grid, AccessChange.Gained, after, before).Run(grid.After, grid.Before)
            .Concat(new CauseSearch(grid, AccessChange.Lost, before, after).Run(grid.Before, grid.After));

    private IEnumerable<CausedDifference> Run(ResourceVerbs[] has, ResourceVerbs[] hasNot)
    {
        var alike = new Dictionary<string, (ResourceVerbs Verbs, List<int> Objects)>(StringComparer.Ordinal);
        foreach (var verb in Enum.GetValues<ResourceVerbs>().Where(v => v is not (ResourceVerbs.None or ResourceVerbs.All)))
        {
            var objects = Enumerable.Range(0, has.Length).Where(i => (has[i] & ~hasNot[i] & verb) != 0).ToList();
            if (objects.Count > 0)
            {
                var key = $"{string.Join(',', objects)} {Roles(verb)}";
                alike[key] = (alike.GetValueOrDefault(key).Verbs | verb, objects);
            }
        }

        return alike.Values.SelectMany(a => Cover(a.Verbs, a.Objects)).GroupBy(p => p.Cause).SelectMany(g => Join([.. g]));
    }

    /// <summary>What one rule gives is one difference, as long as there is an object for which it gives all of it.</summary>
    private IEnumerable<CausedDifference> Join(IReadOnlyList<Part> parts)
    {
        var common = parts.Select(p => p.Objects).Aggregate<IEnumerable<int>>((all, more) => all.Intersect(more)).ToList();
        return common.Count > 0
            ? [Describe(parts[0], parts.Aggregate(ResourceVerbs.None, (all, p) => all | p.Verbs), common)]
            : parts.Select(p => Describe(p, p.Verbs, p.Objects));
    }

    private CausedDifference Describe(Part part, ResourceVerbs verbs, IReadOnlyList<int> objects) => new(
        grid.Kind,
        change,
        verbs,
        part.By,
        part.Denied,
        part.Narrowest,
        part.IsOfCluster,
        HasExceptions(part, verbs),
        grid.Objects[objects.Where(IsInNamespace).Append(objects[0]).First()]);

    /// <summary>Whether something that the narrowest rule is about is denied all the same after a gain, or allowed all the same after a loss.</summary>
    private bool HasExceptions(Part part, ResourceVerbs verbs)
    {
        var mask = grid.AllowedBy(part.Narrowest) ?? grid.DeniedBy(part.Narrowest)!;
        return Enumerable.Range(0, mask.Length).Any(i =>
            (!part.IsOfCluster || !IsInNamespace(i)) && (mask[i] & verbs & (change == AccessChange.Gained ? ~grid.After[i] : grid.After[i])) != 0);
    }

    /// <summary>Which rules say something about a verb. Verbs of which the same rules say the same need one search.</summary>
    private string Roles(ResourceVerbs verb)
    {
        var looking = grid.Kind.IsNamespaces && ObjectDecision.Looking.HasFlag(verb);
        return string.Concat(giving.Concat(otherAllow).Select(r => r.Verbs).Concat(otherDeny.Select(ObjectDecision.DeniedVerbs)).Select(v => v.HasFlag(verb) ? '1' : '0')) + looking;
    }

    private IEnumerable<Part> Cover(ResourceVerbs verbs, List<int> objects)
    {
        // The verbs are alike, so one stands for all.
        var verb = verbs & (ResourceVerbs)(-(int)verbs);
        var left = objects;
        while (left.Count > 0)
        {
            var by = Best(giving, grid.AllowedBy, verb, left) ?? throw new InvalidOperationException("what is allowed is allowed by no rule");
            var covered = left.Where(i => grid.AllowedBy(by)![i].HasFlag(verb)).ToList();
            left = [.. left.Except(covered)];
            yield return Explain(verbs, verb, by, covered);
        }
    }

    private Part Explain(ResourceVerbs verbs, ResourceVerbs verb, ResourceRule by, List<int> objects)
    {
        var taken = objects.Where(i => otherAllow.Any(r => grid.AllowedBy(r)?[i].HasFlag(verb) == true)).ToList();
        var denied = taken.Count > 0 ? Best(otherDeny, grid.DeniedBy, verb, taken) : null;
        var narrowest = denied is not null
            && objects.TrueForAll(i => grid.DeniedBy(denied)![i].HasFlag(verb))
            && Breadth(grid.DeniedBy(denied), verb) < Breadth(grid.AllowedBy(by), verb)
                ? denied
                : by;
        return new(by, denied, narrowest, verbs, objects, !objects.Exists(IsInNamespace));
    }

    private bool IsInNamespace(int at) => grid.Objects[at].Namespace.Length > 0;

    /// <returns>Null when none of the rules is about any of the objects.</returns>
    private static ResourceRule? Best(IEnumerable<ResourceRule> rules, Func<ResourceRule, ResourceVerbs[]?> mask, ResourceVerbs verb, List<int> objects) => rules
        .Select(r => (Rule: r, Covered: mask(r) is { } verbs ? objects.Count(i => verbs[i].HasFlag(verb)) : 0))
        .Where(r => r.Covered > 0)
        .OrderByDescending(r => r.Covered).ThenBy(r => Breadth(mask(r.Rule), verb))
        .Select(r => r.Rule).FirstOrDefault();

    private static int Breadth(ResourceVerbs[]? mask, ResourceVerbs verb) => mask?.Count(v => v.HasFlag(verb)) ?? 0;

    private static IReadOnlyList<ResourceRule> Ordered(IEnumerable<ResourceRule> rules) => [.. rules.OrderBy(RuleIds.TextOf, StringComparer.Ordinal)];

    private sealed record Part(ResourceRule By, ResourceRule? Denied, ResourceRule Narrowest, ResourceVerbs Verbs, IReadOnlyList<int> Objects, bool IsOfCluster)
    {
        public (string, string, string, bool) Cause =>
            (RuleIds.TextOf(By), Denied is null ? "" : RuleIds.TextOf(Denied), RuleIds.TextOf(Narrowest), IsOfCluster);
    }
}

/// <summary>Objects of one kind that are gained or lost through one rule.</summary>
/// <param name="By">The allow rule that covers them on the side that has them.</param>
/// <param name="Denied">The deny rule that covers them on the side that does not; null when no rule of that side allows them.</param>
/// <param name="Narrowest">That of the two that says more exactly which objects they are.</param>
/// <param name="IsOfCluster">Whether none of them is in a namespace.</param>
/// <param name="HasExceptions">See <see cref="AccessDifference"/>.</param>
/// <param name="Example">The namespace and name of one of them.</param>
internal sealed record CausedDifference(
    ObjectKind Kind,
    AccessChange Change,
    ResourceVerbs Verbs,
    ResourceRule By,
    ResourceRule? Denied,
    ResourceRule Narrowest,
    bool IsOfCluster,
    bool HasExceptions,
    (string Namespace, string Name) Example)
{
    /// <summary>Equal for differences of several kinds that are one to people.</summary>
    public (AccessChange Change, ResourceVerbs Verbs, string By, string Denied, string Narrowest) Cause =>
        (Change, Verbs, RuleIds.TextOf(By), Denied is null ? "" : RuleIds.TextOf(Denied), RuleIds.TextOf(Narrowest));
}
