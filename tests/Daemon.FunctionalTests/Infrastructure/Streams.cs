namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>The usual long-lived requests and how an API server begins to answer them.</summary>
public static class Streams
{
    public const string WatchHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";

    public const string Pod = "/api/v1/namespaces/default/pods/web";

    public const string ExecPath = Pod + "/exec?command=sh&command=-c&command=ls&stdin=true&tty=true";

    /// <summary>A watch of pods over HTTP/1.1.</summary>
    public static string Watch(string cluster = "c1") => Scene.Get($"/clusters/{cluster}/api/v1/namespaces/default/pods?watch=1");

    /// <summary>A log that is followed.</summary>
    public static string Logs(string cluster = "c1") => Scene.Get($"/clusters/{cluster}{Pod}/log?follow=true");

    /// <summary>An exec over WebSocket.</summary>
    public static string WebSocketExec(string cluster = "c1") => WebSocket($"/clusters/{cluster}{ExecPath}", "v5.channel.k8s.io");

    /// <summary>An exec over SPDY.</summary>
    public static string SpdyExec(string cluster = "c1") => Spdy($"/clusters/{cluster}{ExecPath}", "v4.channel.k8s.io");

    /// <summary>A port-forward over WebSocket, which carries SPDY.</summary>
    public static string WebSocketPortForward(string cluster = "c1") =>
        WebSocket($"/clusters/{cluster}{Pod}/portforward?ports=80", "SPDY/3.1+portforward.k8s.io");

    /// <summary>A port-forward over SPDY.</summary>
    public static string SpdyPortForward(string cluster = "c1") => Spdy($"/clusters/{cluster}{Pod}/portforward", "portforward.k8s.io");

    /// <summary>The usual streams by name: <c>watch</c>, <c>logs</c>, <c>exec</c>, <c>spdy exec</c>, <c>port-forward</c>, <c>spdy port-forward</c>.</summary>
    public static string Named(string kind) => kind switch
    {
        "watch" => Watch(),
        "logs" => Logs(),
        "exec" => WebSocketExec(),
        "spdy exec" => SpdyExec(),
        "port-forward" => WebSocketPortForward(),
        "spdy port-forward" => SpdyPortForward(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>Begins a watch and leaves it open, or switches protocols and leaves the stream to the test.</summary>
    public static async Task AnswerAsync(RawRequest request)
    {
        await request.WriteAsync(request.Values("Upgrade") switch
        {
            [] => WatchHead,
            [var protocol, ..] => $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n"
                + (protocol == "websocket"
                    ? $"Sec-WebSocket-Accept: hHmK1jDx8WvPQhQ9kBYBNyJWb0E=\r\n{Chosen(request, "Sec-WebSocket-Protocol")}\r\n"
                    : $"{Chosen(request, "X-Stream-Protocol-Version")}\r\n"),
        });
        await request.ParkAsync();
    }

    /// <summary>Reads a stream whose head was read until it ends in whatever way: its last chunk, the end of the connection, a reset.</summary>
    public static async Task ReadToAnyEndAsync(RawClient client, RawResponse head)
    {
        try
        {
            if (head.Value("Transfer-Encoding") is null)
            {
                await client.ReadToEndAsync();
                return;
            }

            while ((await client.ReadChunkAsync()).Length > 0)
            {
            }
        }
        catch (IOException)
        {
            // Cut.
        }
    }

    /// <summary>The first protocol that was offered; nothing when none was.</summary>
    private static string Chosen(RawRequest request, string header) => request.Values(header) is [var offered, ..] ? $"{header}: {offered}\r\n" : "";

    private static string WebSocket(string path, string protocol) => Scene.Get(
        path,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==",
        $"Sec-WebSocket-Protocol: {protocol}");

    private static string Spdy(string path, string protocol) =>
        $"POST {path} HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: {protocol}\r\nContent-Length: 0\r\n\r\n";
}
