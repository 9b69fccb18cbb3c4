using Tidegate.Patterns;
using Tidegate.Values;

namespace Tidegate.Comparison;

/// <summary>
/// Compares two policies by what they decide, for every person and cluster: a role that is written otherwise and decides alike is no difference. Rules that
/// many have in common are compared once.
/// </summary>
internal sealed class AccessComparer
{
    private readonly RuleIds ids = new();
    private readonly RuleSetComparison comparison = new(new PatternLanguage());
    private readonly Dictionary<(RuleId, RuleId, RuleId, RuleId), RuleSetDifference> known = [];
    private readonly Differing<RuleSetDifference> rules = new(ReferenceEqualityComparer.Instance);
    private readonly Differing<PrincipalDifference> principals = new(null);

    private AccessComparer()
    {
    }

    /// <summary>Compares two policies.</summary>
    /// <param name="before">One value for each cluster that a person may enter.</param>
    /// <param name="after">The same by the later policy.</param>
    public static AccessComparison Compare(IReadOnlyCollection<PersonAccess> before, IReadOnlyCollection<PersonAccess> after)
    {
        var comparer = new AccessComparer();
        var earlier = before.ToDictionary(a => (a.Person, a.Cluster));
        foreach (var access in after)
        {
            earlier.Remove((access.Person, access.Cluster), out var was);
            comparer.Add(access.Person, access.Cluster, was, access);
        }

        foreach (var access in earlier.Values)
        {
            comparer.Add(access.Person, access.Cluster, access, null);
        }

        return new(
            comparer.rules.Each(d => d.Decisions, d => $"{d.Kind} {d.ApiGroup} {d}"),
            comparer.rules.Each(d => d.Lines, d => $"{d.Objects.Kind} {d.Objects.ApiGroup} {(int)d.Change} {d}"),
            comparer.principals.Each<PrincipalDifference>(d => [d], d => d.ToString()),
            comparer.rules.Each(d => d.Inexact, d => d.ToString()));
    }

    private void Add(string person, string cluster, PersonAccess? before, PersonAccess? after)
    {
        AddPrincipals(person, cluster, before, after);
        var was = before is null ? RuleSet.Empty : new RuleSet(before.Allow, before.Deny);
        var now = after is null ? RuleSet.Empty : new RuleSet(after.Allow, after.Deny);
        var key = (ids.Of(was.Allow), ids.Of(was.Deny), ids.Of(now.Allow), ids.Of(now.Deny));
        if (key.Item1.Effect == key.Item3.Effect && key.Item2.Effect == key.Item4.Effect)
        {
            return;
        }

        if (!known.TryGetValue(key, out var difference))
        {
            known[key] = difference = comparison.Compare(was, now);
        }

        rules.Add(person, cluster, difference);
    }

    private void AddPrincipals(string person, string cluster, PersonAccess? before, PersonAccess? after)
    {
        var (usersBefore, usersAfter) = (before?.Users ?? [], after?.Users ?? []);
        var (groupsBefore, groupsAfter) = (before?.Groups ?? [], after?.Groups ?? []);
        if (AreEqual(usersBefore, usersAfter) && AreEqual(groupsBefore, groupsAfter))
        {
            return;
        }

        AddPrincipals(AccessChange.Gained, usersAfter.Except(usersBefore), groupsAfter.Except(groupsBefore));
        AddPrincipals(AccessChange.Lost, usersBefore.Except(usersAfter), groupsBefore.Except(groupsAfter));

        void AddPrincipals(AccessChange change, IEnumerable<string> users, IEnumerable<string> groups)
        {
            var difference = new PrincipalDifference(
                change, users.Order(StringComparer.Ordinal).ToEquatableList(), groups.Order(StringComparer.Ordinal).ToEquatableList());
            if (difference.Users.Count + difference.Groups.Count > 0)
            {
                principals.Add(person, cluster, difference);
            }
        }
    }

    private static bool AreEqual(IReadOnlyList<string> one, IReadOnlyList<string> other) => ReferenceEquals(one, other) || one.SequenceEqual(other, StringComparer.Ordinal);
}
