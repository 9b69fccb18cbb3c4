using System.Text.Json.Nodes;
using Tidegate.Kubernetes;
using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>
/// Reads a collection, or what the client's selectors leave of it, for the gate's own purposes: page by page, and of each object its metadata alone where the cluster can
/// give that, as the person who asks.
/// </summary>
internal sealed class MetadataList(ProxyExchange exchange)
{
    private const int MostPageBytes = 64 * 1024 * 1024;
    private const string Metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>One page.</summary>
    /// <param name="next">Where it begins; empty: at the beginning.</param>
    /// <param name="limit">How many objects it has at most.</param>
    /// <returns>The cluster's answer, whatever it is.</returns>
    /// <exception cref="HttpRequestException">The cluster does not answer.</exception>
    public async Task<(int Code, byte[] Body)> ReadAsync(string next, long limit, CancellationToken cancellationToken)
    {
        var query = exchange.Target.Query ?? "";
        var chosen = new[] { "labelSelector", "fieldSelector" }
            .Select(name => (name, Value: ListQuery.Value(query, name)))
            .Where(p => p.Value is not null)
            .Select(p => $"{p.name}={Uri.EscapeDataString(p.Value!)}");
        var pairs = chosen.Append($"limit={limit}").Concat(next.Length > 0 ? [$"continue={Uri.EscapeDataString(next)}"] : []);
        using var message = ClusterRequest.CreateAs(exchange.Allowed!.Principal, HttpMethod.Get, exchange.Cluster!.Upstream, $"{exchange.Target.Path}?{string.Join('&', pairs)}");
        message.Headers.TryAddWithoutValidation("Accept", $"{Metadata},application/json");
        using var response = await exchange.Cluster.Upstream.Invoker.SendAsync(message, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MostPageBytes, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    /// <summary>The objects of a page, each as it says which one it is.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no list.</exception>
    public static (IReadOnlyList<(string Namespace, string Name, string Uid)> Objects, string Next) Parse(byte[] page)
    {
        var list = JsonNode.Parse(page)!;
        return ([.. (list["items"]?.AsArray() ?? []).Select(Identity)], (string?)list["metadata"]?["continue"] ?? "");
    }

    private static (string Namespace, string Name, string Uid) Identity(JsonNode? item)
    {
        var metadata = item?["metadata"];
        return ((string?)metadata?["namespace"] ?? "", (string?)metadata?["name"] ?? "", (string?)metadata?["uid"] ?? "");
    }
}
