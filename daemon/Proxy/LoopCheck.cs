using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>Finds requests that the gate has sent itself: a cluster whose address leads back here, by whatever way. Asked before anything is asked of that cluster.</summary>
internal static class LoopCheck
{
    /// <returns>508; null when the request comes from elsewhere.</returns>
    public static Refusal? Find(HttpContext context, ProxyExchange exchange)
    {
        if (!context.Request.Headers.TryGetValue(LoopMarker.HeaderName, out var markers)
            || exchange.Target.Cluster is not { } name
            || exchange.Snapshot.Clusters.GetValueOrDefault(name) is not { } cluster
            || !cluster.Upstream.Options.Marker.IsIn(markers))
        {
            return null;
        }

        return Refusal.Of(
            StatusCodes.Status508LoopDetected,
            $"kubernetes cluster \"{name}\" leads back to this gate: the address in its kubeconfig must be that of the cluster's API server");
    }
}
