using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Tidegate.Impersonation;

/// <summary>
/// A WebSocket client may carry a bearer token as a subprotocol; kube-apiserver would authenticate it beside our own identity
/// (<c>k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go</c>).
/// </summary>
internal static class WebSocketProtocols
{
    private const string BearerPrefix = "base64url.bearer.authorization.k8s.io.";

    // Tokens (RFC 6455, 4.1), and those of Kubernetes itself, which are none: SPDY/3.1+portforward.k8s.io.
    private static readonly SearchValues<char> Name = SearchValues.Create(NameList.Token + "/:=@");

    /// <summary>The header that offers subprotocols.</summary>
    public const string Header = "Sec-WebSocket-Protocol";

    /// <summary>Whether what is offered can be read in one way only.</summary>
    public static bool IsWellFormed(StringValues offered) => offered.Count == 0 || NameList.TryRead(offered, Name, out _);

    /// <summary>The offered subprotocols without tokens, in order; lines that hold none are left as they are.</summary>
    /// <exception cref="FormatException">It is not well-formed.</exception>
    public static StringValues WithoutBearer(StringValues offered)
    {
        if (!offered.Any(l => l is not null && l.Contains(BearerPrefix, StringComparison.OrdinalIgnoreCase)))
        {
            return offered;
        }

        if (!NameList.TryRead(offered, Name, out var names))
        {
            throw new FormatException("The subprotocols are no list of names.");
        }

        return new StringValues([.. names.Where(p => !p.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))]);
    }
}
