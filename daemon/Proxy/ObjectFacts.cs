using Tidegate.Access;
using Tidegate.Encodings;
using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.Schema;

namespace Tidegate.Proxy;

/// <summary>
/// Finds out what the rules must know of a request beside its first line: whether the cluster has the kind, and the new object's name. Nothing is asked for
/// somebody who may not enter the cluster, and nothing for somebody whose roles restrict nothing.
/// </summary>
internal static class ObjectFacts
{
    /// <returns>Null, or why the request cannot be decided.</returns>
    public static async ValueTask<Refusal?> FindAsync(HttpContext context, ProxyExchange exchange, DateTimeOffset now)
    {
        if (exchange.Request is not { IsResourceRequest: true } request
            || exchange.Snapshot.Clusters.GetValueOrDefault(exchange.Target.Cluster) is not { } cluster
            || exchange.Snapshot.Policy.AccessOn(exchange.Identity!, cluster.Name, cluster.Labels, now) is not { Rules.RestrictsNothing: false } access)
        {
            return null;
        }

        try
        {
            exchange.Scope = await cluster.Schema.ScopeOfAsync(request.ApiGroup, request.Resource, context.RequestAborted);
        }
        catch (UnknownSchemaException e)
        {
            return Refusal.Of(
                StatusCodes.Status503ServiceUnavailable,
                $"kubernetes cluster \"{cluster.Name}\" does not say which kinds it has, which your roles depend on: {e.Message}");
        }

        if (exchange.Scope == KindScope.Unknown || SelfReviews.Is(request) || request is not { Verb: "create", Name: "", Subresource: "" })
        {
            return null;
        }

        return access.Rules.DependOnName(RequestActions.Of(request, exchange.Scope)[0]) ? await ReadNamesAsync(context, exchange, request) : null;
    }

    private static async Task<Refusal?> ReadNamesAsync(HttpContext context, ProxyExchange exchange, RequestInfo request)
    {
        var (body, refusal) = await RequestBodyBuffer.ReadAsync(context, context.RequestAborted);
        if (refusal is not null)
        {
            return refusal;
        }

        if (ObjectHead.Read(context.Request.ContentType, body, out var problem) is not { } head)
        {
            return Refusal.Of(problem!.Code, $"the name of the new object cannot be read: {problem.Message}");
        }

        exchange.Request = exchange.Audit.Request = request with { Body = new(head.Name, head.Name.Length > 0 ? "" : head.GenerateName) };
        return null;
    }
}
