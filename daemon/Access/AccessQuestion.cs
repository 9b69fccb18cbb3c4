using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;

namespace Tidegate.Access;

/// <summary>Who wants to do what where, and as whom.</summary>
/// <param name="Cluster">The name as the person wrote it.</param>
/// <param name="Labels">The cluster's labels; null when no cluster of that name is registered.</param>
/// <param name="Request">What is asked of the Kubernetes API.</param>
/// <param name="Impersonation">The choice that the client made.</param>
internal readonly record struct AccessQuestion(
    ClientIdentity Identity, string Cluster, LabelSet? Labels, RequestInfo Request, ImpersonationRequest Impersonation)
{
    /// <summary>Where objects of the kind that is asked for live, as the cluster says; unknown is refused to somebody whose roles restrict.</summary>
    public KindScope Scope { get; init; }
}
