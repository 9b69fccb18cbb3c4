namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>The usual long-lived requests and how an API server begins to answer them.</summary>
public static class Streams
{
    public const string WatchHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    public const string ExecPath = "/api/v1/namespaces/default/pods/web/exec?command=sh&command=-c&command=ls&stdin=true&tty=true";

    /// <summary>A watch of pods over HTTP/1.1.</summary>
    public static string Watch(string cluster = "c1") => Scene.Get($"/clusters/{cluster}/api/v1/namespaces/default/pods?watch=1");

    /// <summary>An exec over WebSocket.</summary>
    public static string WebSocketExec(string cluster = "c1") => Scene.Get(
        $"/clusters/{cluster}{ExecPath}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==",
        "Sec-WebSocket-Protocol: v5.channel.k8s.io");

    /// <summary>An exec over SPDY.</summary>
    public static string SpdyExec(string cluster = "c1") =>
        $"POST /clusters/{cluster}{ExecPath} HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"
        + "Content-Length: 0\r\n\r\n";

    /// <summary>Begins a watch and leaves it open, or switches protocols and leaves the stream to the test.</summary>
    public static async Task AnswerAsync(RawRequest request)
    {
        await request.WriteAsync(request.Values("Upgrade") switch
        {
            [] => WatchHead,
            [var protocol, ..] => $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n"
                + (protocol == "websocket"
                    ? "Sec-WebSocket-Accept: hHmK1jDx8WvPQhQ9kBYBNyJWb0E=\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n"
                    : "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n"),
        });
        await request.ParkAsync();
    }
}
