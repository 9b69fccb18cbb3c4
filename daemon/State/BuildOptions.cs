using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What the gate's configuration says about the repository's resources. Every option left out is the strict one.</summary>
internal sealed record BuildOptions
{
    /// <summary>Which clusters of the repository to register: those that at least one selector matches. None: no cluster of the repository.</summary>
    public required IReadOnlyList<LabelSelector> Selectors { get; init; }

    /// <summary>Clusters of the configuration's <c>kubeconfig_file</c>; each wins over one of the repository with its name.</summary>
    public IReadOnlyList<KubeCluster> StaticClusters { get; init; } = [];

    /// <summary>Why contexts of that file are no clusters, each with its place.</summary>
    public IReadOnlyList<Problem> StaticProblems { get; init; } = [];

    /// <summary>Directories of the host, absolute, under which <c>spec.kubeconfig_file</c> may name files.</summary>
    public IReadOnlyList<string> KubeconfigDirectories { get; init; } = [];

    /// <summary>Whether the files that <c>spec.kubeconfig_file</c> names are read; else only where they are is looked at, and the cluster's credential is none.</summary>
    public bool ReadsHostFiles { get; init; } = true;

    public bool AllowInsecureSkipTlsVerify { get; init; }

    /// <summary>Where clusters of the repository may be.</summary>
    public AddressPolicy Addresses { get; init; } = AddressPolicy.Strict;

    /// <summary>Users and groups starting with <c>system:</c> that roles may grant.</summary>
    public SystemPrincipals SystemPrincipals { get; init; } = SystemPrincipals.None;

    /// <summary>Whether a cluster of the repository is to be registered.</summary>
    public bool Selects(KubeCluster cluster)
    {
        foreach (var selector in Selectors)
        {
            if (selector.Matches(cluster.Labels))
            {
                return true;
            }
        }

        return false;
    }
}
