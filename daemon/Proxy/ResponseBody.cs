using System.Net;
using Tidegate.Sessions;

namespace Tidegate.Proxy;

/// <summary>Puts the right stream around a response's body: counted, and endable where the response may last.</summary>
internal static class ResponseBody
{
    /// <summary>Whether nobody can tell when the body will end, or when its first byte will come.</summary>
    public static bool IsOpenEnded(HttpResponseMessage response, ProxyExchange exchange) =>
        exchange.Request!.IsLongRunning && response.Content.Headers.ContentLength is null;

    public static void Wrap(HttpContext context, HttpResponseMessage response, ProxyExchange exchange)
    {
        if (response.StatusCode != HttpStatusCode.SwitchingProtocols && !IsOpenEnded(response, exchange))
        {
            // A plain answer, and it comes to its end.
            exchange.Clock?.Dispose();
        }

        if (HttpMethods.IsHead(context.Request.Method) || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified)
        {
            return;
        }

        var isOpenEnded = response.StatusCode == HttpStatusCode.SwitchingProtocols || IsOpenEnded(response, exchange);

        // Before the body is filtered: the headers that tell are those of the cluster's own.
        var framing = isOpenEnded ? FramingOf(response, exchange) : StreamFraming.None;
        if (exchange.Filtered is { } filtered && FilteredExchange.Concerns(response))
        {
            filtered.Wrap(response);
        }

        if (isOpenEnded)
        {
            response.Content = new WrappedContent(response.Content, inner =>
            {
                var stream = new EndableStream(inner, framing, exchange);
                exchange.Becomes(stream);
                return stream;
            });
            return;
        }

        response.Content = new WrappedContent(response.Content, inner => new CountingStream(inner, n => exchange.Audit.BytesSent += n));
    }

    private static StreamFraming FramingOf(HttpResponseMessage response, ProxyExchange exchange)
    {
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            var protocol = response.Headers.NonValidated.TryGetValues("Upgrade", out var values) ? values.ToString() : "";
            return ClientUpgrade.FramingOf(protocol) switch
            {
                StreamFraming.WebSocket when TunnelsSpdy(response) => StreamFraming.SpdyInWebSocket,
                { } framing => framing,
                null => StreamFraming.None,
            };
        }

        // What is filtered is decoded first.
        if (exchange.Filtered is null && response.Content.Headers.NonValidated.Contains("Content-Encoding"))
        {
            return StreamFraming.None;
        }

        // Watch events: k8s.io/apimachinery/pkg/runtime/serializer, the stream serializers of json and protobuf.
        var type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : "";
        return exchange.Request switch
        {
            { Subresource: "log" } => StreamFraming.Lines,
            { Verb: "watch" } when type.StartsWith("application/vnd.kubernetes.protobuf", StringComparison.OrdinalIgnoreCase) => StreamFraming.LengthPrefixed,
            { Verb: "watch" } when type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) => StreamFraming.Lines,
            _ => StreamFraming.None,
        };
    }

    /// <summary>Source: <c>k8s.io/apimachinery/pkg/util/portforward/constants.go</c>, WebsocketsSPDYTunnelingPrefix.</summary>
    private static bool TunnelsSpdy(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Sec-WebSocket-Protocol", out var chosen)
        && chosen.ToString().StartsWith("SPDY/3.1+", StringComparison.OrdinalIgnoreCase);
}
