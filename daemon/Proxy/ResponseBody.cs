using System.Net;
using System.Text;
using Tidegate.Kubernetes;
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
        if (exchange.Filtered is { } filtered && filtered.Concerns(response))
        {
            filtered.Wrap(response);
        }

        if (isOpenEnded)
        {
            var isChunked = response.Headers.TransferEncodingChunked == true;
            var lastWords = new StreamFarewell(framing, ErrorText(response, exchange));
            response.Content = new WrappedContent(response.Content, inner =>
            {
                var body = IsWatch(response, exchange, framing) ? new WholeEventStream(inner, framing, !isChunked, () => BrokenOff(exchange)) : inner;
                var stream = new EndableStream(body, framing, lastWords, exchange);
                exchange.Becomes(stream);
                return stream;
            });
            return;
        }

        response.Content = new WrappedContent(response.Content, inner => new CountingStream(inner, n => exchange.Audit.BytesSent += n));
    }

    /// <summary>Whether a break by the cluster is an end like any other. A log that is followed is none: it would seem to be whole.</summary>
    private static bool IsWatch(HttpResponseMessage response, ProxyExchange exchange, StreamFraming framing) =>
        response.StatusCode == HttpStatusCode.OK && exchange.Request!.Verb == "watch" && framing is StreamFraming.Json or StreamFraming.LengthPrefixed;

    private static void BrokenOff(ProxyExchange exchange) =>
        exchange.Audit.Outcome ??= $"kubernetes cluster \"{exchange.Target.Cluster}\" broke off the watch";

    /// <summary>
    /// What a text becomes on an error stream. Sources: <c>k8s.io/client-go/tools/remotecommand</c> (errorDecoderV4 reads a Status, those before it text),
    /// <c>tools/portforward</c> (text).
    /// </summary>
    private static Func<string, byte[]> ErrorText(HttpResponseMessage response, ProxyExchange exchange) =>
        response.Headers.NonValidated.TryGetValues("X-Stream-Protocol-Version", out var version) && version.ToString() is ['v', >= '4' and <= '9', '.', ..]
            ? reason => KubernetesStatus.Failure(exchange.EndCode, reason)
            : Encoding.UTF8.GetBytes;

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
            { Verb: "watch" } when type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) => StreamFraming.Json,
            _ => StreamFraming.None,
        };
    }

    /// <summary>Source: <c>k8s.io/apimachinery/pkg/util/portforward/constants.go</c>, WebsocketsSPDYTunnelingPrefix.</summary>
    private static bool TunnelsSpdy(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Sec-WebSocket-Protocol", out var chosen)
        && chosen.ToString().StartsWith("SPDY/3.1+", StringComparison.OrdinalIgnoreCase);
}
