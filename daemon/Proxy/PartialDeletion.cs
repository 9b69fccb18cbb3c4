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
    private const int MostAnswerBytes = 64 * 1024 * 1024;
    private const int MostNamed = 1000;

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
        var query = exchange.Target.Query ?? "";
        var only = ListQuery.NameSelected(query);
        var left = ListQuery.Limit(query) is > 0 and var limit ? limit : long.MaxValue;
        var list = new MetadataList(exchange);
        var next = ListQuery.Value(query, "continue") ?? "";
        do
        {
            var (code, body) = await list.ReadAsync(next, PageSize, cancellationToken);
            if (code != StatusCodes.Status200OK)
            {
                return (code, body);
            }

            (var page, next) = MetadataList.Parse(body);
            foreach (var (ns, name, uid) in page)
            {
                if ((only.Length > 0 && name != only) || filter?.Shows(ns, name) == false || principalOf(ns, name) is not { } principal)
                {
                    continue;
                }

                (code, body) = await DeleteAsync(principal, PathOf(ns, name), options.For(uid), cancellationToken);
                if (code < StatusCodes.Status300MultipleChoices)
                {
                    deleted.Add(ns.Length > 0 ? $"{ns}/{name}" : name);
                    if (--left == 0)
                    {
                        return Success(options);
                    }
                }
                else if (code is not (StatusCodes.Status404NotFound or StatusCodes.Status409Conflict))
                {
                    return (code, body);
                }
            }
        }
        while (next.Length > 0);
        return Success(options);
    }

    /// <summary>What was deleted, <c>namespace/name</c>; the first thousand.</summary>
    public IReadOnlyList<string> Deleted => deleted.Count > MostNamed ? deleted.GetRange(0, MostNamed) : deleted;

    private (int Code, byte[] Body) Success(DeletionOptions options) =>
        (StatusCodes.Status200OK, KubernetesStatus.Success($"{deleted.Count} objects {(options.IsDryRun ? "would be deleted" : "deleted")}"));

    /// <summary>Deletes one object; one that is gone, or another one by now, is none that was to be deleted.</summary>
    private async Task<(int Code, byte[] Body)> DeleteAsync(Principal principal, string path, HttpContent options, CancellationToken cancellationToken)
    {
        var query = ListQuery.With(exchange.Target.Query ?? "", OfLists);
        using var message = ClusterRequest.CreateAs(principal, HttpMethod.Delete, exchange.Cluster!.Upstream, query.Length > 0 ? $"{path}?{query}" : path);
        message.Content = options;
        return await SendAsync(message, cancellationToken);
    }

    private async Task<(int Code, byte[] Body)> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await exchange.Cluster!.Upstream.Invoker.SendAsync(message, cancellationToken);
        await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private string PathOf(string ns, string name)
    {
        var api = request.ApiGroup.Length == 0 ? $"/api/{request.ApiVersion}" : $"/apis/{request.ApiGroup}/{request.ApiVersion}";
        return ns.Length == 0 ? $"{api}/{request.Resource}/{Uri.EscapeDataString(name)}" : $"{api}/namespaces/{Uri.EscapeDataString(ns)}/{request.Resource}/{Uri.EscapeDataString(name)}";
    }
}
