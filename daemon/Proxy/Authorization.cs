using Tidegate.Access;
using Tidegate.Registry;

namespace Tidegate.Proxy;

/// <summary>Puts an exchange's question to the access rules: the same question when it arrives and whenever the rules change.</summary>
internal static class Authorization
{
    /// <param name="exchange">Identified and parsed.</param>
    /// <param name="snapshot">Whose rules are asked.</param>
    /// <param name="cluster">The cluster in that snapshot; null when there is none of that name.</param>
    /// <param name="now">For locks and other things that expire.</param>
    public static AccessDecision Decide(ProxyExchange exchange, RegistrySnapshot snapshot, RegisteredCluster? cluster, DateTimeOffset now) =>
        snapshot.Policy.Decide(QuestionOf(exchange, cluster), now);

    public static AccessQuestion QuestionOf(ProxyExchange exchange, RegisteredCluster? cluster) =>
        new(exchange.Identity!, exchange.Target.Cluster, cluster?.Labels, exchange.Request!, exchange.Asked) { Scope = exchange.Scope };
}
