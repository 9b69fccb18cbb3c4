using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>
/// What one policy gives one person on one cluster; there is none where the person may not enter. Lists that several persons have in common should be one list:
/// a list that has been seen is not read again.
/// </summary>
/// <param name="Users">Kubernetes users, in ordinal order.</param>
/// <param name="Groups">Kubernetes groups, in ordinal order.</param>
internal sealed record PersonAccess(
    string Person, string Cluster, IReadOnlyList<string> Users, IReadOnlyList<string> Groups, IReadOnlyList<ResourceRule> Allow, IReadOnlyList<ResourceRule> Deny);
