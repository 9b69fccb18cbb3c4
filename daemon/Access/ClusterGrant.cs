using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>What one person's roles give on one cluster, before the client's own choice.</summary>
/// <param name="Users">Kubernetes users, in ordinal order, at least one.</param>
/// <param name="Groups">Kubernetes groups, in ordinal order.</param>
/// <param name="Role">The first role that lets the person in.</param>
internal sealed record ClusterGrant(IReadOnlyList<string> Users, IReadOnlyList<string> Groups, string Role, Origin Rule, string Explanation)
{
    private readonly HashSet<string> groupSet = new(Groups, StringComparer.Ordinal);

    public bool HasGroup(string group) => groupSet.Contains(group);

    public bool HasUser(string user) => Users.Contains(user, StringComparer.Ordinal);
}

/// <summary>What some roles come to: either a grant or a refusal.</summary>
internal sealed record ClusterOutcome(ClusterGrant? Grant, AccessDenied? Denied);
