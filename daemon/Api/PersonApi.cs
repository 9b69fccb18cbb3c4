using Microsoft.AspNetCore.Http.Features;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Registry;

namespace Tidegate.Api;

/// <summary>
/// What a person asks the gate itself, over the same mutual TLS as the clusters: <c>GET /v1/kube_clusters</c>, the clusters that the person may use.
/// Who asks is always the certificate; nobody can ask for somebody else.
/// </summary>
internal static class PersonApi
{
    private const string Prefix = "/v1/";

    public static bool Serves(string rawTarget) => rawTarget.StartsWith(Prefix, StringComparison.Ordinal);

    public static Task HandleAsync(HttpContext context, ClientIdentity identity, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target != "/v1/kube_clusters")
        {
            return WriteFailureAsync(context, StatusCodes.Status404NotFound, "nothing is served here; the clusters that you may use are at /v1/kube_clusters");
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return WriteFailureAsync(context, StatusCodes.Status405MethodNotAllowed, "only GET is served here");
        }

        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(
            new KubeClusterList(ClustersOf(identity, snapshot, now)), ApiJson.Default.KubeClusterList, cancellationToken: context.RequestAborted);
    }

    private static IReadOnlyList<KubeClusterItem> ClustersOf(ClientIdentity identity, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        var items = new List<KubeClusterItem>();
        foreach (var (name, cluster) in snapshot.Clusters.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (snapshot.Policy.GrantOn(identity, name, cluster.Labels, now) is { } grant)
            {
                items.Add(new(name, cluster.Labels.ToDictionary(), grant.Users, grant.Groups));
            }
        }

        return items;
    }

    private static Task WriteFailureAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(KubernetesStatus.Failure(code, message), context.RequestAborted).AsTask();
    }
}
