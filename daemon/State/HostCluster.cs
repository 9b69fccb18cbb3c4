using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>
/// A valid <c>kube_cluster</c> whose kubeconfig lies on the gate's host (<c>spec.kubeconfig_file</c>). The file is no part of the
/// repository and may change without a commit, so it is read each time the state is built.
/// </summary>
/// <param name="KubeconfigFile">Absolute path on the host.</param>
internal sealed record HostCluster(string Name, LabelSet Labels, string KubeconfigFile, Origin Origin) : IResource
{
    public string Description { get; init; } = "";

    public DateTimeOffset? Expires { get; init; }

    public KubeCluster With(ClusterCredential credential) =>
        new(Name, Labels, credential, Origin) { Description = Description, Expires = Expires };
}
