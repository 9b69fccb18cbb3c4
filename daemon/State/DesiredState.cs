using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// Everything the repository (and the host's static kubeconfig) wants at one revision, validated and selected. Built by pure code from
/// manifests, compared by <c>Differ</c>, put in force by the registry. Maps are keyed by resource name, ordinal.
/// </summary>
internal sealed record DesiredState
{
    /// <summary>The state before anything was read: nobody has access to anything.</summary>
    public static readonly DesiredState Empty = new();

    /// <summary>The commit; null before the first sync.</summary>
    public Revision? Revision { get; init; }

    /// <summary>The clusters to register: static ones, and those that a selector of the configuration matches.</summary>
    public IReadOnlyDictionary<string, KubeCluster> Clusters { get; init; } = new Dictionary<string, KubeCluster>();

    /// <summary>Valid clusters of the repository that no selector matches.</summary>
    public IReadOnlyDictionary<string, KubeCluster> Unselected { get; init; } = new Dictionary<string, KubeCluster>();

    public IReadOnlyDictionary<string, Role> Roles { get; init; } = new Dictionary<string, Role>();

    public IReadOnlyDictionary<string, User> Users { get; init; } = new Dictionary<string, User>();

    public IReadOnlyDictionary<string, MtlsConnector> Connectors { get; init; } = new Dictionary<string, MtlsConnector>();

    public IReadOnlyDictionary<string, Lock> Locks { get; init; } = new Dictionary<string, Lock>();

    /// <summary>What a person must mend in the repository; the rest is in force.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>What of this state the commit does not want any more, until somebody confirms it; null when nothing is held.</summary>
    public HeldRemoval? Held { get; init; }

    /// <summary>What is in force in an earlier version, since the commit does not have a good one: rejected, not legible, or held.</summary>
    public IReadOnlySet<ResourceId> Kept { get; init; } = new HashSet<ResourceId>();

    /// <summary>Locks that stand in for what an earlier process took away and could not store; gone with the first state that is read from git.</summary>
    public IReadOnlyList<Lock> Unstored { get; init; } = [];

    /// <summary>When the next resource expires, or something else is to be said of a credential, so that the state must be built again without a new commit.</summary>
    public DateTimeOffset? NextExpiry { get; init; }

    /// <summary>What would be in force if its time were not up: a clock that went forward may be set back.</summary>
    public IReadOnlyList<IResource> Expired { get; init; } = [];

    /// <summary>When the last of <see cref="Expired"/> ended, so that the state must be built again when it is earlier than that; null when nothing has.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Whether nothing expires or comes back at a moment, compared with when the state was built.</summary>
    public bool IsValidAt(DateTimeOffset now) => !(NextExpiry <= now) && !(now < ValidFrom);

    /// <summary>Resources of this state together with those of their kind whose time is up.</summary>
    public IReadOnlyDictionary<string, T> WithExpired<T>(IReadOnlyDictionary<string, T> resources)
        where T : class, IResource
    {
        if (!Expired.OfType<T>().Any())
        {
            return resources;
        }

        var all = new Dictionary<string, T>(resources, StringComparer.Ordinal);
        foreach (var resource in Expired.OfType<T>())
        {
            all.TryAdd(resource.Name, resource);
        }

        return all;
    }
}
