using Tidegate.Access;
using Tidegate.Sessions;

namespace Tidegate.Proxy;

/// <summary>The stage for <c>max_kubernetes_connections</c>: counts execs, attaches and port-forwards, and refuses one too many.</summary>
internal static class ConnectionAdmission
{
    /// <remarks>
    /// No Retry-After: what is open may last for hours, and client-go would sit there and try again. Source of the text: Teleport,
    /// <c>lib/kube/proxy/forwarder.go acquireConnectionLock</c>.
    /// </remarks>
    public static Refusal? Admit(ProxyExchange exchange, ConnectionCount connections)
    {
        if (exchange.Request is not { IsConnection: true } || exchange.Allowed is not { } allowed)
        {
            return null;
        }

        var user = exchange.Identity!.User;
        var most = allowed.Limits.MaxKubernetesConnections;
        exchange.Connection = connections.TryOpen(user, most?.Value);
        if (exchange.Connection is not null)
        {
            return null;
        }

        var text = $"too many concurrent kubernetes connections for user \"{user}\" (max={most!.Value.Value})";
        var denied = new AccessDenied(text, StatusCodes.Status429TooManyRequests, text, most.Value.Role, most.Value.Rule);
        exchange.Audit.Decision = denied;
        return new(denied.Code, denied.Message, denied.Explanation);
    }
}
