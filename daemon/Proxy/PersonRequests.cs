using Tidegate.Api;
using Tidegate.Registry;

namespace Tidegate.Proxy;

/// <summary>Requests that are no cluster's: the API behind the command line.</summary>
internal static class PersonRequests
{
    /// <returns>Why the request could not be read; null when it was answered.</returns>
    public static async Task<Refusal?> AnswerAsync(HttpContext context, ProxyExchange exchange, ClusterRegistry registry, DateTimeOffset now)
    {
        if (HttpMethods.IsPost(context.Request.Method)
            && (await RequestBodyBuffer.ReadAsync(context, PersonApi.LongestQuestion, context.RequestAborted)).Refusal is { } unread)
        {
            return unread;
        }

        var refused = await PersonApi.HandleAsync(context, exchange.Identity!, registry, exchange.Snapshot, now);
        exchange.Audit.IsOwnAnswer = refused is null;
        exchange.Audit.Outcome ??= refused ?? "answered by the gate itself";
        return null;
    }
}
