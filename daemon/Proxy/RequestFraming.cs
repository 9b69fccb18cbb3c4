using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Tidegate.Impersonation;

namespace Tidegate.Proxy;

/// <summary>
/// How a request is framed, as far as two parsers could disagree about it. What it declares to be for its connection only is taken out of it here, before anything is decided.
/// </summary>
internal static class RequestFraming
{
    /// <summary>What makes a request of HTTP/2 malformed (RFC 9113, 8.2.2), as far as the server does not refuse it itself.</summary>
    private static readonly string[] OfConnection = ["Transfer-Encoding", "Upgrade", "Keep-Alive", "Proxy-Connection"];

    /// <summary>
    /// A request with both a length and a transfer encoding is what request smuggling is made of (RFC 9112, 6.1 lets a server refuse it).
    /// </summary>
    /// <remarks>
    /// Kestrel lets the transfer encoding win and renames the length, so the new name is what tells. The forwarder sends <c>get</c> as GET, while the API server, and so the
    /// gate's rules, take it for a method without a verb.
    /// </remarks>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Violation(HttpRequest request)
    {
        var headers = request.Headers;
        var hasEncoding = headers.TransferEncoding.Count > 0;
        return request.Method.AsSpan().ContainsAnyInRange('a', 'z') ? "a method is written in capitals"
            : HttpProtocol.IsHttp2(request.Protocol) && OfConnection.FirstOrDefault(headers.ContainsKey) is { } name ? $"HTTP/2 has no header {name}"
            : hasEncoding && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length")) ? "a request has either a Content-Length or a Transfer-Encoding"
            : hasEncoding && !IsChunked(headers.TransferEncoding) ? "the only Transfer-Encoding that is taken is one chunked"
            : hasEncoding && HttpProtocol.IsHttp10(request.Protocol) ? "HTTP/1.0 has no Transfer-Encoding"
            : headers.ContentType.Count > 1 ? "a request has one Content-Type"
            : headers.Upgrade.Count > 0 && !IsOneProtocol(headers.Upgrade) ? "a request asks for one protocol to switch to"
            : !WebSocketProtocols.IsWellFormed(headers[WebSocketProtocols.Header]) ? "Sec-WebSocket-Protocol must be a list of names"
            : ConnectionHeader.Apply(headers);
    }

    /// <summary>The server looks at the last encoding only, and would pass on as it is what was encoded in another one before.</summary>
    private static bool IsChunked(StringValues encodings) => encodings.Count == 1 && "chunked".Equals(encodings.ToString(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Several protocols are read differently by different servers; where none of them is one that is forwarded it does not matter.</summary>
    private static bool IsOneProtocol(StringValues upgrade) =>
        (upgrade.Count == 1 && !upgrade.ToString().Contains(',', StringComparison.Ordinal))
        || !upgrade.ToString().Split(',', StringSplitOptions.TrimEntries).Any(p => ClientUpgrade.FramingOf(p) is not null);

    /// <summary>The method as the API server will see it: a WebSocket over HTTP/2 (RFC 8441) arrives as CONNECT and is forwarded as GET.</summary>
    public static string EffectiveMethod(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" }
            ? HttpMethods.Get
            : context.Request.Method;
}
