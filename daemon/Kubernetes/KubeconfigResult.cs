using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>A credential, or what is wrong with the kubeconfig; lines are those of the kubeconfig.</summary>
/// <param name="Credential">Null exactly when there are problems.</param>
internal sealed record KubeconfigResult(ClusterCredential? Credential, IReadOnlyList<Problem> Problems);

/// <summary>A kubeconfig of the host: one cluster for each usable context, and what is wrong with the others.</summary>
/// <param name="Contexts">In the order of the file.</param>
/// <param name="CurrentContext">Empty when the file names none.</param>
internal sealed record KubeconfigContexts(IReadOnlyList<KubeconfigContext> Contexts, IReadOnlyList<Problem> Problems, string CurrentContext = "");

/// <param name="Name">The context's name, which becomes the cluster's.</param>
/// <param name="Line">Where the context is written.</param>
internal sealed record KubeconfigContext(string Name, ClusterCredential Credential, int Line);
