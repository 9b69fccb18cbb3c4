using System.Text.Json.Nodes;
using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.Upstream;

namespace Tidegate.Proxy;

/// <summary>
/// The deletion of a collection by somebody who may delete a part of it: lists, page by page, and deletes one by one what the person may delete, each only as it was listed. Source: Teleport,
/// <c>lib/kube/proxy/resource_deletecollection.go</c>, which reads the whole list first.
/// </summary>
/// <param name="principalOf">As whom an object may be deleted, by namespace and name; null: not at all.</param>
internal sealed class PartialDeletion(ProxyExchange exchange, Func<string, string, Principal?> principalOf)
{
    private const int PageSize = 500;
    private const int MostPageBytes = 64 * 1024 * 1024;
    private const int MostNamed = 1000;
    private const string Metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    // What chooses and reads a list, and means nothing for the deletion of one object.
    private static readonly string[] OfLists =
        ["labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "watch", "allowWatchBookmarks", "sendInitialEvents", "timeoutSeconds"];

    private readonly RequestInfo request = exchange.Request!;
    private readonly List<string> deleted = [];

    /// <summary>The answer: what the cluster said to what failed first, or how many objects are gone.</summary>
    /// <param name="filter">What may be deleted; null: whatever the roles about each object let the cluster delete.</param>
    /// <exception cref="HttpRequestException">The cluster does not answer.</exception>
    public async Task<(int Code, byte[] Body)> RunAsync(ObjectFilter? filter, DeletionOptions options, CancellationToken cancellationToken)
    {
        // Whether a server heeds a selector is its own affair.
        var only = ListQuery.NameSelected(exchange.Target.Query ?? "");
        var next = "";
        do
        {
            var (code, body) = await ListAsync(next, cancellationToken);
            if (code != StatusCodes.Status200OK)
            {
                return (code, body);
            }

            var page = JsonNode.Parse(body)!;
            foreach (var item in page["items"]?.AsArray() ?? [])
            {
                var (ns, name, uid) = Identity(item);
                if ((only.Length > 0 && name != only) || filter?.Shows(ns, name) == false || principalOf(ns, name) is not { } principal)
                {
                    continue;
                }

                (code, body) = await DeleteAsync(principal, PathOf(ns, name), options.For(uid), cancellationToken);
                if (code < StatusCodes.Status300MultipleChoices)
                {
                    deleted.Add(ns.Length > 0 ? $"{ns}/{name}" : name);
                }
                else if (code is not (StatusCodes.Status404NotFound or StatusCodes.Status409Conflict))
                {
                    return (code, body);
                }
            }

            next = (string?)page["metadata"]?["continue"] ?? "";
        }
        while (next.Length > 0);
        return (StatusCodes.Status200OK, KubernetesStatus.Success($"{deleted.Count} objects {(options.IsDryRun ? "would be deleted" : "deleted")}"));
    }

    /// <summary>What was deleted, <c>namespace/name</c>; the first thousand.</summary>
    public IReadOnlyList<string> Deleted => deleted.Count > MostNamed ? deleted.GetRange(0, MostNamed) : deleted;

    private async Task<(int Code, byte[] Body)> ListAsync(string next, CancellationToken cancellationToken)
    {
        var chosen = Parameters(isOfLists: true).Where(p => NameOf(p) is "labelSelector" or "fieldSelector");
        var query = string.Join('&', chosen.Append($"limit={PageSize}").Concat(next.Length > 0 ? [$"continue={Uri.EscapeDataString(next)}"] : []));
        using var message = ClusterRequest.CreateAs(exchange.Allowed!.Principal, HttpMethod.Get, exchange.Cluster!.Upstream, $"{exchange.Target.Path}?{query}");
        message.Headers.TryAddWithoutValidation("Accept", $"{Metadata},application/json");
        return await SendAsync(message, cancellationToken);
    }

    /// <summary>Deletes one object; one that is gone, or another one by now, is none that was to be deleted.</summary>
    private async Task<(int Code, byte[] Body)> DeleteAsync(Principal principal, string path, HttpContent options, CancellationToken cancellationToken)
    {
        var query = string.Join('&', Parameters(isOfLists: false));
        using var message = ClusterRequest.CreateAs(principal, HttpMethod.Delete, exchange.Cluster!.Upstream, query.Length > 0 ? $"{path}?{query}" : path);
        message.Content = options;
        return await SendAsync(message, cancellationToken);
    }

    private async Task<(int Code, byte[] Body)> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await exchange.Cluster!.Upstream.Invoker.SendAsync(message, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MostPageBytes, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private string PathOf(string ns, string name)
    {
        var api = request.ApiGroup.Length == 0 ? $"/api/{request.ApiVersion}" : $"/apis/{request.ApiGroup}/{request.ApiVersion}";
        return ns.Length == 0 ? $"{api}/{request.Resource}/{Uri.EscapeDataString(name)}" : $"{api}/namespaces/{Uri.EscapeDataString(ns)}/{request.Resource}/{Uri.EscapeDataString(name)}";
    }

    private IEnumerable<string> Parameters(bool isOfLists) =>
        (exchange.Target.Query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => OfLists.Contains(NameOf(p)) == isOfLists);

    private static string NameOf(string parameter) => RequestPath.Unescape(parameter.Split('=')[0], plusIsSpace: true, anyBytes: true) ?? "";

    private static (string Namespace, string Name, string Uid) Identity(JsonNode? item)
    {
        var metadata = item?["metadata"];
        return ((string?)metadata?["namespace"] ?? "", (string?)metadata?["name"] ?? "", (string?)metadata?["uid"] ?? "");
    }
}
