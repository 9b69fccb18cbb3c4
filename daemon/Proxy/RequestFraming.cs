using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Proxy;

/// <summary>How a request is framed, as far as two parsers could disagree about it.</summary>
internal static class RequestFraming
{
    /// <summary>
    /// A request with both a length and a transfer encoding is what request smuggling is made of (RFC 9112, 6.1 lets a server refuse it).
    /// </summary>
    /// <remarks>
    /// Kestrel lets the transfer encoding win and renames the length, so the new name is what tells. The forwarder sends <c>get</c> as GET, while the API server, and so the
    /// gate's rules, take it for a method without a verb.
    /// </remarks>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Violation(HttpRequest request) =>
        request.Method.AsSpan().ContainsAnyInRange('a', 'z') ? "a method is written in capitals"
        : request.Headers.TransferEncoding.Count > 0 && (request.Headers.ContentLength is not null || request.Headers.ContainsKey("X-Content-Length"))
            ? "a request has either a Content-Length or a Transfer-Encoding"
        : null;

    /// <summary>The method as the API server will see it: a WebSocket over HTTP/2 (RFC 8441) arrives as CONNECT and is forwarded as GET.</summary>
    public static string EffectiveMethod(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
            ? HttpMethods.Get
            : context.Request.Method;
}
