using Tidegate.Access;
using Tidegate.Filtering;
using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Proxy;

/// <summary>
/// The answer to a request for one object, to somebody who may see some objects of its kind only: what a server says in answer to a path is its own affair, as with a
/// selector, so that the answer is judged by what it holds.
/// </summary>
internal static class SingleObject
{
    /// <summary>What the answer may hold; null when whatever it holds may be seen, or the request is none for an object.</summary>
    /// <param name="exchange">Decided.</param>
    public static ObjectVisibility? VisibilityOf(ProxyExchange exchange, TimeProvider time)
    {
        // Where nobody needed to know the scope, nothing is restricted. The other subresources answer with other things than objects.
        if (exchange is not { Scope: not KindScope.Unknown, Request: { Verb: "get", Name.Length: > 0, Subresource: "" or "status" or "scale" } request, Cluster: { } cluster }
            || exchange.Snapshot.Policy.AccessOn(exchange.Identity!, cluster.Name, cluster.Labels, time.GetUtcNow()) is not { Rules.RestrictsNothing: false } access)
        {
            return null;
        }

        var action = RequestActions.Of(request, exchange.Scope)[0];
        if (access.Rules.DecideCollection(action with { Name = null }).Roles.Any(r => r.Filter is null))
        {
            return null;
        }

        var question = Authorization.QuestionOf(exchange, cluster);
        return (ns, name) => RequestDecision.DecideMember(access, question, ns, name) is AccessAllowed;
    }
}
