using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// Several groups are several lines: kube-apiserver never splits a line, so a joined one would be one unknown group. One user line, and a
/// group with a comma stays whole.
/// </summary>
public sealed class GroupLineTests : IAsyncLifetime
{
    private const string Groups = "\r\nImpersonate-Group: devs\r\nImpersonate-Group: ops,eu\r\n";

    private Scene scene = null!;

    public static TheoryData<string, string, string> Operations => new()
    {
        { "GET", "/api/v1/namespaces/default/pods", "" },
        { "GET", "/api/v1/namespaces/default/pods?watch=true", "" },
        { "GET", "/api/v1/namespaces/default/pods/web/log?follow=true", "" },
        { "POST", "/api/v1/namespaces/default/pods", "Content-Length: 2\r\nContent-Type: application/json\r\n" },
        { "GET", "/api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&stdout=true", WebSocket("v5.channel.k8s.io") },
        { "POST", "/api/v1/namespaces/default/pods/web/exec?command=sh&stdin=true&stdout=true", Spdy("v4.channel.k8s.io") },
        { "GET", "/api/v1/namespaces/default/pods/web/attach?stdout=true", WebSocket("v5.channel.k8s.io") },
        { "POST", "/api/v1/namespaces/default/pods/web/attach?stdout=true", Spdy("v4.channel.k8s.io") },
        { "GET", "/api/v1/namespaces/default/pods/web/portforward?ports=80", WebSocket("SPDY/3.1+portforward.k8s.io") },
        { "POST", "/api/v1/namespaces/default/pods/web/portforward", Spdy("portforward.k8s.io") },
    };

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Refuse);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Over_http1_each_group_is_a_line(string method, string path, string headers)
    {
        var body = method == "POST" && headers.Contains("Content-Length: 2", StringComparison.Ordinal) ? "{}" : "";
        await scene.ExchangeAsync($"{method} /clusters/c1{path} HTTP/1.1\r\nHost: gate.example.com\r\n{headers}\r\n{body}");

        var seen = await scene.Upstream.NextAsync();
        seen.RequestLine.ShouldBe($"{method} {path} HTTP/1.1");
        ShouldCarryTheIdentity(seen);
        if (headers.Contains("Upgrade:", StringComparison.Ordinal))
        {
            seen.Values("Upgrade").ShouldBe([headers.Contains("websocket", StringComparison.Ordinal) ? "websocket" : "SPDY/3.1"]);
            seen.Values("Connection").ShouldBe(["Upgrade"]);
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/default/pods")]
    [InlineData("GET", "/api/v1/namespaces/default/pods?watch=true")]
    [InlineData("POST", "/api/v1/namespaces/default/pods")]
    public async Task Over_http2_each_group_is_a_line(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), "/clusters/c1" + path) { Content = method == "POST" ? new StringContent("{}") : null };
        request.Version = new(2, 0);
        using var response = await scene.Http2().SendAsync(request);

        response.Version.Major.ShouldBe(2);
        var seen = await scene.Upstream.NextAsync();
        seen.RequestLine.ShouldBe($"{method} {path} HTTP/1.1");
        ShouldCarryTheIdentity(seen);
    }

    [Fact]
    public async Task A_websocket_over_http2_is_forwarded_as_an_upgrade_of_http1()
    {
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.HttpVersion = new(2, 0);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("v5.channel.k8s.io");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var address = new Uri($"wss://{scene.Gate.EndPoint}/clusters/c1/api/v1/namespaces/default/pods/web/exec?command=sh");
        using var invoker = scene.Http2Invoker();
        await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => socket.ConnectAsync(address, invoker, limit.Token));

        var seen = await scene.Upstream.NextAsync();
        seen.RequestLine.ShouldBe("GET /api/v1/namespaces/default/pods/web/exec?command=sh HTTP/1.1");
        seen.Values("Upgrade").ShouldBe(["websocket"]);
        ShouldCarryTheIdentity(seen);
    }

    private static void ShouldCarryTheIdentity(RawRequest seen)
    {
        seen.Head.ShouldContain(Groups, Case.Sensitive);
        seen.Values("Impersonate-Group").ShouldBe(["devs", "ops,eu"]);
        seen.Values("Impersonate-User").ShouldBe(["alice"]);
        seen.Values("Authorization").ShouldBe([$"Bearer {Scene.Token}"]);
    }

    private static string WebSocket(string protocol) =>
        $"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Protocol: {protocol}\r\n";

    private static string Spdy(string protocol) => $"Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: {protocol}\r\nContent-Length: 0\r\n";

    private static Task Refuse(RawRequest request) =>
        request.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}
