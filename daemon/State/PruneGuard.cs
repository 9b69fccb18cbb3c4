namespace Tidegate.State;

/// <summary>
/// Holds a pass that would remove suspiciously much: a wrong path, an emptied branch or a bad merge looks like the wish to unregister everything.
/// For commits only; a changed configuration is the operator's own act.
/// </summary>
internal static class PruneGuard
{
    /// <summary>So few removals are never suspicious, unless they leave nothing.</summary>
    public const int Handful = 3;

    /// <summary>Null to go on; else one sentence with the remedy.</summary>
    /// <param name="maxRemovedPercent">0 to 100, of the repository's clusters in force.</param>
    /// <param name="now">Clusters whose time is up are not counted: that removal was written down before.</param>
    public static string? Refusal(DesiredState before, DesiredState after, int maxRemovedPercent, DateTimeOffset now)
    {
        if (Count(before, now) > 1 && Count(after, now) == 0)
        {
            return "the commit leaves no resource at all: check gitops_service.repository.path and the branch, or confirm the removal";
        }

        var inForce = before.Clusters.Values.Count(IsFromGit);
        var removed = before.Clusters.Values.Count(c => IsFromGit(c) && !(c.Expires <= now) && !after.Clusters.ContainsKey(c.Name));
        if (removed <= Handful || removed * 100L <= (long)maxRemovedPercent * inForce)
        {
            return null;
        }

        return $"the commit would unregister {removed} of {inForce} clusters, more than gitops_service.prune.max_removed_percent ({maxRemovedPercent}) permits: "
            + "confirm the removal, or restore the manifests";
    }

    private static bool IsFromGit(KubeCluster cluster) => !cluster.IsStatic;

    /// <summary>The repository's resources whose time is not up.</summary>
    private static int Count(DesiredState state, DateTimeOffset now)
    {
        IEnumerable<IEnumerable<IResource>> all =
        [
            state.Clusters.Values.Where(IsFromGit), state.Unselected.Values, state.Roles.Values, state.Users.Values, state.Connectors.Values, state.Locks.Values,
        ];
        return all.Sum(kind => kind.Count(r => !(r.Expires <= now)));
    }
}
