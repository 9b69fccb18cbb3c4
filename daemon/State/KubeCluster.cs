using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated <c>kube_cluster</c>, or one context of the static kubeconfig file.</summary>
internal sealed record KubeCluster(string Name, LabelSet Labels, ClusterCredential Credential, Origin Origin) : IResource
{
    public string Description { get; init; } = "";

    /// <summary>Whether it comes from the configuration's <c>kubeconfig_file</c> and not from git.</summary>
    public bool IsStatic { get; init; }

    /// <summary>The instant from which the resource no longer exists.</summary>
    public DateTimeOffset? Expires { get; init; }

    public override string ToString() => $"kube_cluster/{Name}";
}
