using Tidegate.Access;
using Tidegate.Identity;
using Tidegate.Resources;

namespace Tidegate.Explain;

/// <summary>What somebody can do on one cluster, rule by rule.</summary>
internal sealed record ClusterListing(
    string Cluster, IReadOnlyList<string> Users, IReadOnlyList<string> Groups, IReadOnlyList<string> Roles, IReadOnlyList<ResourceRule> Allow, IReadOnlyList<ResourceRule> Deny);

/// <summary>What somebody can do where, as the rules say that decide requests.</summary>
internal static class AccessListing
{
    /// <param name="cluster">One cluster; null for every one that the person may enter.</param>
    public static IReadOnlyList<ClusterListing> Of(StatePolicy policy, ClientIdentity identity, string? cluster, DateTimeOffset now)
    {
        var listings = new List<ClusterListing>();
        foreach (var (name, labels) in policy.Clusters.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if ((cluster is null || cluster == name) && policy.Policy.AccessOn(identity, name, labels, now) is { Whole.Grant: { } grant } access)
            {
                listings.Add(new(name, grant.Users, grant.Groups, [.. access.RoleNames], access.Given, access.Rules.Deny));
            }
        }

        return listings;
    }
}
