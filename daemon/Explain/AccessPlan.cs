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
        foreach (var person in persons)
        {
            // Most clusters give a person the same: shared lists are compared once.
            var shared = new Dictionary<string, (IReadOnlyList<Resources.ResourceRule> Allow, IReadOnlyList<Resources.ResourceRule> Deny)>(StringComparer.Ordinal);
            foreach (var (name, labels) in policy.Clusters)
            {
                if (policy.Policy.AccessOn(person.Identity, name, labels, now) is not { Whole.Grant: { } grant } access)
                {
                    continue;
                }

                var roles = string.Join('\n', access.RoleNames);
                if (!shared.TryGetValue(roles, out var rules))
                {
                    shared[roles] = rules = (access.Rules.Allow.ToList(), access.Rules.Deny);
                }

                accesses.Add(new(person.Title, name, grant.Users, grant.Groups, rules.Allow, rules.Deny));
            }
        }

        return accesses;
    }
}
