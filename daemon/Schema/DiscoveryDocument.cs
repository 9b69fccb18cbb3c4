namespace Tidegate.Schema;

/// <summary>What one of a cluster's two roots of discovery, <c>/api</c> and <c>/apis</c>, says.</summary>
/// <param name="Kinds">In no order; at most one for each group and plural name.</param>
/// <param name="StaleGroups">Groups of which the cluster itself does not know everything at the moment: the server behind an <c>APIService</c> does not answer.</param>
/// <param name="ETag">To ask whether it has changed, as it was sent; null when that cannot be asked.</param>
internal sealed record DiscoveryDocument(IReadOnlyList<ClusterKind> Kinds, IReadOnlySet<string> StaleGroups, string? ETag)
{
    /// <summary>
    /// Keeps what <paramref name="before"/> had of groups that are stale now, so that a short outage of an extension does not make its kinds unknown. The kinds
    /// said now go before.
    /// </summary>
    public DiscoveryDocument WithStaleFrom(DiscoveryDocument? before)
    {
        if (before is null || StaleGroups.Count == 0)
        {
            return this;
        }

        var said = Kinds.Select(k => (k.Group, k.Plural)).ToHashSet();
        return this with { Kinds = [.. Kinds, .. before.Kinds.Where(k => StaleGroups.Contains(k.Group) && !said.Contains((k.Group, k.Plural)))] };
    }
}
