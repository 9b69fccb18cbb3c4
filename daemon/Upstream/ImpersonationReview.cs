using System.Net;
using System.Text;
using k8s;
using k8s.Models;

namespace Tidegate.Upstream;

/// <summary>
/// Asks a cluster whether the gate's own account may impersonate, which is all that it needs there. Source: Teleport, <c>lib/kube/proxy/auth.go</c>, which
/// asks the same three questions when it starts.
/// </summary>
internal static class ImpersonationReview
{
    private const string Path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    private static readonly string[] Resources = ["users", "groups", "serviceaccounts"];

    /// <returns>What the account may not impersonate, of <c>users</c>, <c>groups</c> and <c>serviceaccounts</c>; empty when all is well.</returns>
    /// <exception cref="HttpRequestException">The cluster does not answer, or does not answer the question.</exception>
    public static async Task<IReadOnlyList<string>> MissingAsync(UpstreamCluster cluster, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var resource in Resources)
        {
            if (!await MayImpersonateAsync(cluster, resource, cancellationToken))
            {
                missing.Add(resource);
            }
        }

        return missing;
    }

    private static async Task<bool> MayImpersonateAsync(UpstreamCluster cluster, string resource, CancellationToken cancellationToken)
    {
        var review = new V1SelfSubjectAccessReview
        {
            ApiVersion = "authorization.k8s.io/v1",
            Kind = V1SelfSubjectAccessReview.KubeKind,
            Spec = new() { ResourceAttributes = new() { Verb = "impersonate", Resource = resource } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, cluster.Address(Path))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(KubernetesJson.Serialize(review), Encoding.UTF8, "application/json"),
        };
        request.Headers.Host = cluster.HostOverride;
        if (cluster.Authorization() is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await cluster.Invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created && response.StatusCode != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"it answered {(int)response.StatusCode} to a SelfSubjectAccessReview");
        }

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return KubernetesJson.Deserialize<V1SelfSubjectAccessReview>(body).Status?.Allowed == true;
    }
}
