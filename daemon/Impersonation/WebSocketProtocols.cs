using Microsoft.Extensions.Primitives;

namespace Tidegate.Impersonation;

/// <summary>
/// A WebSocket client may carry a bearer token as a subprotocol; kube-apiserver would authenticate it beside our own identity
/// (<c>k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go</c>).
/// </summary>
internal static class WebSocketProtocols
{
    private const string BearerPrefix = "base64url.bearer.authorization.k8s.io.";

    /// <summary>The offered subprotocols without tokens, in order; lines that hold none are left as they are.</summary>
    public static StringValues WithoutBearer(StringValues offered)
    {
        if (!offered.Any(l => l is not null && l.Contains(BearerPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            return offered;
        }

        var kept = offered
            .SelectMany(l => (l ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(p => !p.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase));
        return new StringValues([.. kept]);
    }
}
