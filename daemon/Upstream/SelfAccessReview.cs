using System.Net;
using System.Text;
using k8s;
using k8s.Models;
using Tidegate.Kubernetes;

namespace Tidegate.Upstream;

/// <summary>Asks a cluster's own authorizer whether somebody may do something there (<c>SelfSubjectAccessReview</c> of <c>authorization.k8s.io/v1</c>).</summary>
internal static class SelfAccessReview
{
    private const string Path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    /// <summary>May the gate's own account.</summary>
    /// <param name="invoker">Sends it.</param>
    /// <exception cref="HttpRequestException">The cluster does not answer, or does not answer the question.</exception>
    public static Task<bool> MayGateAsync(UpstreamCluster cluster, HttpMessageInvoker invoker, V1ResourceAttributes what, CancellationToken cancellationToken) =>
        AskAsync(invoker, ClusterRequest.Create(HttpMethod.Post, cluster, Path), what, cancellationToken);

    /// <summary>May a person.</summary>
    /// <param name="what">The verb, resource and namespace; an empty namespace means all of them.</param>
    /// <exception cref="HttpRequestException">The cluster does not answer, or does not answer the question.</exception>
    public static Task<bool> MayAsync(UpstreamCluster cluster, Principal principal, RequestInfo what, CancellationToken cancellationToken) =>
        AskAsync(
            cluster.Invoker,
            ClusterRequest.CreateAs(principal, HttpMethod.Post, cluster, Path),
            new() { Verb = what.Verb, Group = what.ApiGroup, Version = what.ApiVersion, Resource = what.Resource, NamespaceProperty = what.Namespace, Name = what.Name },
            cancellationToken);

    private static async Task<bool> AskAsync(HttpMessageInvoker invoker, HttpRequestMessage request, V1ResourceAttributes what, CancellationToken cancellationToken)
    {
        using var asked = request;
        var review = new V1SelfSubjectAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = V1SelfSubjectAccessReview.KubeKind,
            Spec = new() { ResourceAttributes = what },
        };
        request.Content = new StringContent(KubernetesJson.Serialize(review), Encoding.UTF8, "application/json");
        using var response = await invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created && response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode} to a SelfSubjectAccessReview", null, response.StatusCode);
        }

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return KubernetesJson.Deserialize<V1SelfSubjectAccessReview>(body).Status?.Allowed == true;
    }
}
