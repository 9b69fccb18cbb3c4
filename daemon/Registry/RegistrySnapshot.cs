using System.Collections.Frozen;
using Tidegate.Access;
using Tidegate.State;

namespace Tidegate.Registry;

/// <summary>Everything a request needs to know, at one revision. A request reads the registry once and keeps this to its end.</summary>
/// <param name="State">The state it was made from.</param>
/// <param name="Policy">The access rules of that state, compiled.</param>
internal sealed record RegistrySnapshot(DesiredState State, FrozenDictionary<string, RegisteredCluster> Clusters, AccessPolicy Policy)
{
    /// <summary>The full commit id; empty before the first sync.</summary>
    public string RevisionId => State.Revision?.Id ?? "";
}
