using Tidegate.Access;
using Tidegate.Comparison;

namespace Tidegate.Explain;

/// <summary>Who gains and who loses what between two states, by what the rules decide and not by how they are written.</summary>
internal static class AccessPlan
{
    /// <param name="now">For what expires.</param>
    public static AccessComparison Compare(StatePolicy before, StatePolicy after, DateTimeOffset now)
    {
        var persons = KnownPersons.Of(before.State, after.State);
        return AccessComparer.Compare(Accesses(before, persons, now), Accesses(after, persons, now));
    }

    private static List<PersonAccess> Accesses(StatePolicy policy, IReadOnlyList<KnownPerson> persons, DateTimeOffset now)
    {
        var accesses = new List<PersonAccess>();
        var places = new Places(policy);
        foreach (var person in persons)
        {
            foreach (var group in places.GroupsFor(policy.Policy.RolesOf(person.Identity, now)))
            {
                if (policy.Policy.AccessOn(person.Identity, group[0].Name, group[0].Labels, now) is { Whole.Grant: { } grant } access)
                {
                    // The lists are one for all clusters of the group, so that they are compared once.
                    var one = new PersonAccess(person.Title, "", [.. Users(person, grant)], grant.Groups, access.Given, access.Rules.Deny);
                    accesses.AddRange(group.Select(c => one with { Cluster = c.Name }));
                }
            }
        }

        return accesses;
    }

    /// <summary>The own name of each of many persons is one difference, not many.</summary>
    private static IEnumerable<string> Users(KnownPerson person, ClusterGrant grant) =>
        grant.Users.Select(u => u == person.Identity.User ? KnownPersons.CommonName : u).Order(StringComparer.Ordinal);
}
