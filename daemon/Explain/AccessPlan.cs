using Tidegate.Access;
using Tidegate.Comparison;
using Tidegate.Labels;

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
        var places = PlacesOf(policy);
        foreach (var person in persons)
        {
            // Most clusters give a person the same: shared lists are compared once.
            var shared = new Dictionary<string, PersonAccess>(StringComparer.Ordinal);
            foreach (var (clusters, labels) in places)
            {
                if (policy.Policy.AccessOn(person.Identity, clusters[0], labels, now) is not { Whole.Grant: { } grant } access)
                {
                    continue;
                }

                var roles = string.Join('\n', access.RoleNames);
                if (!shared.TryGetValue(roles, out var one))
                {
                    shared[roles] = one = new(person.Title, "", [.. Users(person, grant)], grant.Groups, access.Given, access.Rules.Deny);
                }

                accesses.AddRange(clusters.Select(c => one with { Cluster = c }));
            }
        }

        return accesses;
    }

    /// <summary>The own name of each of many persons is one difference, not many.</summary>
    private static IEnumerable<string> Users(KnownPerson person, ClusterGrant grant) =>
        grant.Users.Select(u => u == person.Identity.User ? KnownPersons.CommonName : u).Order(StringComparer.Ordinal);

    /// <summary>Clusters of which no rule can say different things: with the same labels, and no lock is on them alone.</summary>
    private static List<(IReadOnlyList<string> Clusters, LabelSet Labels)> PlacesOf(StatePolicy policy)
    {
        var locked = policy.State.Locks.Values.Select(l => l.Target.KubeCluster).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. policy.Clusters
            .GroupBy(c => (c.Value, locked.Contains(c.Key) ? c.Key : ""))
            .Select(g => ((IReadOnlyList<string>)[.. g.Select(c => c.Key)], g.Key.Value))];
    }
}
