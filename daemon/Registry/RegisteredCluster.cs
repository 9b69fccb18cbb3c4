using Tidegate.Labels;
using Tidegate.Schema;
using Tidegate.State;
using Tidegate.Upstream;

namespace Tidegate.Registry;

/// <summary>A cluster that is served: its definition, the labels that roles see, and the way to it.</summary>
/// <param name="Labels">The cluster's own labels with the daemon's laid over them: what roles match, not what selectors match.</param>
/// <param name="Schema">What kinds it has.</param>
internal sealed record RegisteredCluster(KubeCluster Definition, LabelSet Labels, UpstreamCluster Upstream, ClusterSchema Schema)
{
    public string Name => Definition.Name;
}
