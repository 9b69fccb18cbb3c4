using Tidegate.Kubernetes;
using Tidegate.Paging;

namespace Tidegate.Proxy;

/// <summary>
/// The <c>continue</c> tokens of those who see a part of a list: sealed on their way out, opened on their way in. Who sees all of it gets and sends the cluster's own; one
/// that was sealed before a role widened is opened for them too.
/// </summary>
internal sealed class ContinueTokens(SealInUse seal)
{
    private const string Parameter = "continue";

    /// <summary>Puts the cluster's token in the place of a sealed one.</summary>
    /// <param name="isPart">Whether the person sees a part of the list.</param>
    /// <returns>Null, or the API server's own answer to a token that it cannot go on with.</returns>
    public Refusal? Open(ProxyExchange exchange, bool isPart)
    {
        if (exchange.Target.Query is not { } query || exchange.Request is not { Verb: "list" or "deletecollection" }
            || (!isPart && !query.Contains(ContinueSeal.Prefix, StringComparison.Ordinal)) || ListQuery.Value(query, Parameter) is not { } token)
        {
            return null;
        }

        if (!isPart && !token.StartsWith(ContinueSeal.Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var opened = token.Length == 0 ? "" : seal.Current.Open(token, ScopeOf(exchange));
        if (opened is null)
        {
            return Refusal.Of(StatusCodes.Status410Gone, ContinueSeal.Expired);
        }

        // Alone: whatever reads another one than the first finds none.
        exchange.Target = exchange.Target with { Query = ListQuery.With(query, [Parameter], opened.Length == 0 ? [] : [$"{Parameter}={Uri.EscapeDataString(opened)}"]) };
        return null;
    }

    /// <summary>What makes the client's tokens for the list of this request.</summary>
    public Func<string, string> Sealing(ProxyExchange exchange)
    {
        var scope = ScopeOf(exchange);
        return token => seal.Current.Seal(token, scope);
    }

    private static ContinueScope ScopeOf(ProxyExchange exchange)
    {
        var query = exchange.Target.Query ?? "";
        return new(
            exchange.Identity!.User, exchange.Target.Cluster, exchange.Request!.Path, ListQuery.Value(query, "labelSelector") ?? "", ListQuery.Value(query, "fieldSelector") ?? "");
    }
}
