using System.Buffers;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>A validated <c>kube_cluster</c>, or one context of the static kubeconfig file.</summary>
internal sealed record KubeCluster(string Name, LabelSet Labels, ClusterCredential Credential, Origin Origin) : IResource
{
    /// <summary>When the credential is good, read once, since all clusters are looked at in each pass.</summary>
    public CredentialLifetime Lifetime { get; } = CredentialLifetime.Of(Credential);

    public string Description { get; init; } = "";

    /// <summary>Whether it comes from the configuration's <c>kubeconfig_file</c> and not from git.</summary>
    public bool IsStatic { get; init; }

    /// <summary>The instant from which the resource no longer exists.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What <see cref="IsValidName"/> asks, for messages.</summary>
    public const string NameRule = "the name of a cluster has letters, digits and . _ - only, and is neither \".\" nor \"..\"";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>
    /// Teleport's rule (<c>api/types/kubernetes.go</c>), without the two names of dots alone: they match it, but no client leaves them in a URL's path.
    /// </summary>
    public static bool IsValidName(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0 && name is not ("." or "..");

    public override string ToString() => $"kube_cluster/{Name}";
}
