using System.Collections.Frozen;
using Tidegate.Kubernetes;

namespace Tidegate.Schema;

/// <summary>The kinds of one cluster at one moment.</summary>
internal sealed class ClusterKinds
{
    private readonly FrozenDictionary<(string Group, string Plural), ClusterKind> kinds;

    /// <param name="core">What <c>/api</c> says.</param>
    /// <param name="groups">What <c>/apis</c> says.</param>
    public ClusterKinds(DiscoveryDocument core, DiscoveryDocument groups)
    {
        Core = core;
        Groups = groups;

        // Each root speaks for its own groups alone, so that neither can give the other's kinds another scope.
        kinds = core.Kinds.Where(k => k.Group.Length == 0)
            .Concat(groups.Kinds.Where(k => k.Group.Length > 0))
            .ToFrozenDictionary(k => (k.Group, k.Plural));
    }

    public DiscoveryDocument Core { get; }

    public DiscoveryDocument Groups { get; }

    public int Count => kinds.Count;

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyCollection<ClusterKind> All => kinds.Values;

    /// <summary>Null for a kind that the cluster does not have.</summary>
    /// <param name="group">Empty for the core group.</param>
    /// <param name="plural">Such as <c>pods</c>.</param>
    public ClusterKind? Find(string group, string plural) => kinds.GetValueOrDefault((group, plural));

    /// <inheritdoc cref="Find"/>
    /// <returns><see cref="KindScope.Unknown"/> for a kind that the cluster does not have.</returns>
    public KindScope ScopeOf(string group, string plural) => Find(group, plural)?.Scope ?? KindScope.Unknown;
}
