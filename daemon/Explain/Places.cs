using Tidegate.Access;
using Tidegate.Labels;
using Tidegate.State;

namespace Tidegate.Explain;

/// <summary>
/// The clusters of a state, in groups that one person's roles cannot tell apart: what is decided on one of a group is decided on all. With many people on many
/// clusters only the groups are decided.
/// </summary>
internal sealed class Places
{
    private readonly IReadOnlyList<(string Name, LabelSet Labels)> clusters;
    private readonly int[] start;
    private readonly Dictionary<string, (bool Allows, bool Denies)[]> matches = new(StringComparer.Ordinal);

    public Places(StatePolicy policy)
    {
        clusters = [.. policy.Clusters.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, c.Value))];

        // A lock on a cluster tells it from all others.
        var locked = policy.State.Locks.Values.Select(l => l.Target.KubeCluster).OfType<string>().ToHashSet(StringComparer.Ordinal);
        start = [.. clusters.Select((c, i) => locked.Contains(c.Name) ? i + 1 : 0)];
    }

    /// <param name="roles">All roles of one person.</param>
    public IEnumerable<IReadOnlyList<(string Name, LabelSet Labels)>> GroupsFor(IReadOnlyList<PersonRole> roles)
    {
        var groups = start;
        foreach (var role in roles)
        {
            var match = MatchesOf(role);
            var ids = new Dictionary<(int Group, bool Allows, bool Denies), int>();
            groups = [.. groups.Select((group, i) =>
            {
                var key = (group, match[i].Allows, match[i].Denies);
                return ids.TryGetValue(key, out var id) ? id : ids[key] = ids.Count;
            })];
        }

        return groups.Select((group, i) => (group, i)).GroupBy(g => g.group, g => clusters[g.i]).Select(g => (IReadOnlyList<(string, LabelSet)>)[.. g]);
    }

    private (bool Allows, bool Denies)[] MatchesOf(PersonRole role)
    {
        if (IsTemplate(role.Role.Allow) || IsTemplate(role.Role.Deny))
        {
            return MatchAll(role);
        }

        if (!matches.TryGetValue(role.Role.Name, out var known))
        {
            matches[role.Role.Name] = known = MatchAll(role);
        }

        return known;
    }

    private (bool Allows, bool Denies)[] MatchAll(PersonRole role) =>
        [.. clusters.Select(c => (role.Allow.Selector?.Matches(c.Labels) == true, role.Deny.Error is not null || role.Deny.Selector?.Matches(c.Labels) == true))];

    /// <summary>Whether the labels depend on the person.</summary>
    private static bool IsTemplate(RoleConditions side) =>
        side.KubernetesLabels.Any(l => l.Value.Append(l.Key).Any(text => text.Contains("{{", StringComparison.Ordinal)));
}
