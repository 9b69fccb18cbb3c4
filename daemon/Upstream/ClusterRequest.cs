using System.Net;
using Tidegate.Kubernetes;

namespace Tidegate.Upstream;

/// <summary>Requests that the gate makes to a cluster by itself: with its own account, or as a person.</summary>
internal static class ClusterRequest
{
    /// <summary>A request of the gate's own account, without a body.</summary>
    /// <param name="pathAndQuery">Begins with <c>/</c>.</param>
    public static HttpRequestMessage Create(HttpMethod method, UpstreamCluster cluster, string pathAndQuery)
    {
        var request = new HttpRequestMessage(method, cluster.Address(pathAndQuery))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        SetCredential(request, cluster);
        return request;
    }

    /// <summary>A request as a person, without a body.</summary>
    /// <exception cref="InvalidOperationException">The principal has no user: the request would run as the gate's own account.</exception>
    public static HttpRequestMessage CreateAs(Principal principal, HttpMethod method, UpstreamCluster cluster, string pathAndQuery)
    {
        var request = Create(method, cluster, pathAndQuery);
        SetPrincipal(request, principal);
        return request;
    }

    /// <summary>What the cluster knows the gate by, and the gate its own request.</summary>
    public static void SetCredential(HttpRequestMessage request, UpstreamCluster cluster)
    {
        cluster.Options.Marker.Set(request);
        if (cluster.Authorization() is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (cluster.HostOverride is { } host)
        {
            request.Headers.Host = host;
        }
    }

    /// <summary>As whom the request is made: one line for the user, one for each group.</summary>
    /// <exception cref="InvalidOperationException">The principal has no user.</exception>
    public static void SetPrincipal(HttpRequestMessage request, Principal principal)
    {
        if (string.IsNullOrWhiteSpace(principal.User))
        {
            throw new InvalidOperationException("Refusing to make a request as nobody.");
        }

        request.Headers.TryAddWithoutValidation("Impersonate-User", principal.User);
        HeaderLines.Add(request, "Impersonate-Group", principal.Groups);
    }
}
