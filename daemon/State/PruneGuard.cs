using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// Holds the removals of a commit that would remove suspiciously much: a wrong path, an emptied branch or a bad merge looks like the wish to unregister
/// everything. Nothing else of the commit waits. For commits only: a changed configuration is the operator's own act.
/// </summary>
internal static class PruneGuard
{
    /// <summary>What waits for a confirmation; null when nothing does.</summary>
    /// <param name="before">The state in force; what is held already is in it.</param>
    /// <param name="after">What the commit wants, with its revision.</param>
    /// <param name="isNews">Whether it is another commit; of the one in force only what is held already can be held.</param>
    /// <param name="isSelected">Whether the configuration wants a cluster.</param>
    /// <param name="now">What has expired is not counted: that removal was written down before.</param>
    public static HeldRemoval? Judge(DesiredState before, DesiredState after, PruneRules rules, bool isNews, Func<KubeCluster, bool> isSelected, DateTimeOffset now)
    {
        var clusters = before.Clusters.Values.Where(c => !c.IsStatic && !(c.Expires <= now)).ToList();
        var removed = Removed(clusters, after.Clusters).Where(c => isNews || (IsHeld(c) && (after.Unselected.ContainsKey(c.Name) || isSelected(c)))).ToList();
        var people = Gone(before.Users, after.Users).Concat(Gone(before.Roles, after.Roles)).Concat(Gone(before.Connectors, after.Connectors)).ToList();
        var held = new List<IResource>();
        var reasons = new List<string>();
        var isEmptied = removed.Count == clusters.Count && !after.Clusters.Values.Any(c => !c.IsStatic && !(c.Expires <= now));
        if (Suspicious(removed.Count, clusters.Count, isEmptied && !rules.AllowEmpty, rules.MaxRemovedPercent) is { } reason)
        {
            held.AddRange(removed);
            reasons.Add(reason);
        }

        if (!rules.AllowEmpty && people.Count > 0 && ((HasAccess(before) && !HasAccess(after)) || !HasPeople(after)))
        {
            held.AddRange(people);
            reasons.Add("would leave nobody with access");
        }

        if (held.Count == 0)
        {
            return null;
        }

        // A lock that went with what stays would let somebody in again.
        held.AddRange(Gone(before.Locks, after.Locks));
        var resources = held.Select(IdOf).OrderBy(r => r.Kind, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal).ToEquatableList();
        var isAnnounced = before.Held is { } earlier && resources.All(earlier.Resources.ToHashSet().Contains);
        return new(isAnnounced ? before.Held!.Revision : after.Revision!, resources, string.Join(" and ", reasons));

        bool IsHeld(IResource resource) => before.Held?.Resources.Contains(IdOf(resource)) == true;

        IEnumerable<IResource> Gone<T>(IReadOnlyDictionary<string, T> all, IReadOnlyDictionary<string, T> wanted)
            where T : IResource => Removed(all.Values.Where(r => !(r.Expires <= now)), wanted).Where(r => isNews || IsHeld(r)).Cast<IResource>();
    }

    private static string? Suspicious(int removed, int registered, bool isEmptied, int maxRemovedPercent) =>
        removed == 0 ? null
        : isEmptied ? $"would unregister all {registered} clusters"
        : removed * 100L > (long)maxRemovedPercent * registered
            ? $"would unregister {removed} of {registered} clusters, more than gitops_service.prune.max_removed_percent ({maxRemovedPercent}) permits"
        : null;

    private static IEnumerable<T> Removed<T>(IEnumerable<T> before, IReadOnlyDictionary<string, T> after)
        where T : IResource =>
        before.Where(r => !after.TryGetValue(r.Name, out var stays) || (stays is Role rest && Restrictions.IsAll(rest) && r is Role role && !Restrictions.IsAll(role)));

    /// <summary>Whether anybody has a role that opens a cluster.</summary>
    private static bool HasAccess(DesiredState state)
    {
        var given = state.Users.Values.SelectMany(u => u.Roles).Concat(state.Connectors.Values.SelectMany(c => c.Mappings).SelectMany(m => m.Roles));
        return given.Any(name => state.Roles.TryGetValue(name, out var role) && role.Allow.KubernetesLabels.Count > 0);
    }

    private static bool HasPeople(DesiredState state) => state.Users.Count + state.Roles.Count + state.Connectors.Count > 0;

    private static ResourceId IdOf(IResource resource) => new(ResourceKind.Of(resource), resource.Name);
}
