using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Streams;

/// <summary>
/// RFC 6455's opening handshake. Not ASP.NET Core's: that refuses <c>SPDY/3.1+portforward.k8s.io</c> as a subprotocol because of its slash.
/// </summary>
internal static class WebSocketHandshake
{
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <returns>The open socket and the subprotocol chosen, the client's first that is supported.</returns>
    /// <exception cref="ApiException">400 if there is none, or no key.</exception>
    public static async Task<(WebSocket Socket, string Protocol)> AcceptAsync(HttpContext context, params string[] supported)
    {
        string[] offered = [.. context.Request.Headers.SecWebSocketProtocol.SelectMany(line => (line ?? "").Split(',')).Select(p => p.Trim())];
        string protocol = Array.Find(offered, supported.Contains)
            ?? throw ApiException.BadRequest($"unable to upgrade: none of the subprotocols [{string.Join(' ', offered)}] is supported");
        string key = context.Request.Headers.SecWebSocketKey.ToString();
        if (key.Length == 0)
        {
            throw ApiException.BadRequest("unable to upgrade: Sec-WebSocket-Key is missing");
        }

        context.Response.Headers.SecWebSocketAccept = Accept(key);
        context.Response.Headers.SecWebSocketProtocol = protocol;
        Stream stream = await Upgrade.AcceptAsync(context, "websocket");
        return (WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }), protocol);
    }

    // RFC 6455 section 4.2.2 prescribes SHA-1.
#pragma warning disable CA5350
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
