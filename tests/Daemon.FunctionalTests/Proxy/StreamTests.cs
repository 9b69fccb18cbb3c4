using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Proxy;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Watches and upgraded streams: nothing waits for more, bytes pass both ways, and what the cluster refuses is refused to the client.</summary>
public sealed class StreamTests : IAsyncLifetime
{
    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task The_head_of_a_watch_comes_before_any_event_over_http1()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());

        (await client.ReadHeadAsync()).Status.ShouldBe(200);

        var seen = await scene.Upstream.NextAsync();
        foreach (var text in new[] { "{\"type\":\"ADDED\"}\n", "{\"type\":\"DELETED\"}\n" })
        {
            await seen.WriteChunkAsync(text);
            (await client.ReadChunkAsync()).ShouldBe(text);
        }

        await seen.WriteAsync("0\r\n\r\n");
        (await client.ReadChunkAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_head_of_a_watch_comes_before_any_event_over_http2()
    {
        using var response = await scene.Http2().GetAsync(
            new Uri("/clusters/c1/api/v1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var seen = await scene.Upstream.NextAsync();
        await using var body = await response.Content.ReadAsStreamAsync();

        await seen.WriteChunkAsync("{}\n");

        var buffer = new byte[3];
        await body.ReadExactlyAsync(buffer);
        buffer.ShouldBe("{}\n"u8.ToArray());
    }

    [Fact]
    public async Task The_head_of_a_log_that_is_followed_comes_before_any_line()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/namespaces/default/pods/web/log?follow=true"));

        (await client.ReadHeadAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Many_watches_share_one_http2_connection_and_do_not_hold_up_each_other()
    {
        const int Watches = 150;
        var http = scene.Http2();
        var watches = await Task.WhenAll(Enumerable.Range(0, Watches).Select(i => http.GetAsync(
            new Uri($"/clusters/c1/api/v1/namespaces/n{i}/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead)));

        scene.Answer = RawUpstream.Ok;
        (await http.GetStringAsync(new Uri("/clusters/c1/version", UriKind.Relative))).ShouldBe("{}");
        watches.ShouldAllBe(w => (int)w.StatusCode == 200);
    }

    [Fact]
    public async Task A_client_that_leaves_a_watch_ends_it_at_the_cluster()
    {
        var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();

        await client.DisposeAsync();

        (await seen.Stream.ReadAsync(new byte[1], seen.Stopping)).ShouldBe(0);
        ((string?)(await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end"))["reason"]).ShouldBe("the client closed the request");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgrade_carries_bytes_both_ways(bool webSocket)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(webSocket ? Streams.WebSocketExec() : Streams.SpdyExec());
        var head = await client.ReadHeadAsync();
        head.Status.ShouldBe(101);
        head.Value("Upgrade").ShouldBe(webSocket ? "websocket" : "SPDY/3.1");
        head.Value("Connection").ShouldBe("Upgrade");
        head.Value(webSocket ? "Sec-WebSocket-Protocol" : "X-Stream-Protocol-Version").ShouldBe(webSocket ? "v5.channel.k8s.io" : "v4.channel.k8s.io");

        var seen = await scene.Upstream.NextAsync();
        seen.RequestLine.ShouldBe((webSocket ? "GET " : "POST ") + Streams.ExecPath + " HTTP/1.1");
        await client.SendAsync("\u0000\u0001from the client\u00FF");
        (await seen.ReadTextAsync(18)).ShouldBe("\u0000\u0001from the client\u00FF");
        await seen.WriteAsync("\u0082\u0005from the cluster");
        (await client.ReadTextAsync(18)).ShouldBe("\u0082\u0005from the cluster");
    }

    [Fact]
    public async Task What_the_cluster_sends_together_with_its_101_is_not_lost()
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nfirst frame");
            await r.ParkAsync();
        };
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();

        (await client.ReadTextAsync(11)).ShouldBe("first frame");
    }

    [Fact]
    public async Task A_large_stream_passes_whole_in_both_directions_at_once()
    {
        var bytes = new byte[1 << 20];
        Random.Shared.NextBytes(bytes);
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();

        var up = client.Stream.WriteAsync(bytes).AsTask();
        var down = seen.WriteAsync(bytes);
        var received = seen.ReadTextAsync(bytes.Length);
        var returned = client.ReadTextAsync(bytes.Length);
        await Task.WhenAll(up, down, received, returned);

        Encoding.Latin1.GetBytes(await received).ShouldBe(bytes);
        Encoding.Latin1.GetBytes(await returned).ShouldBe(bytes);
    }

    [Fact]
    public async Task The_end_of_an_upgraded_stream_at_the_cluster_is_its_end_at_the_client()
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nbye");
            r.Stream.Close();
        };
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();

        (await client.ReadToEndAsync()).ShouldBe("bye"u8.ToArray());
    }

    /// <summary>More than the buffers on the way hold, so that the client's end arrives while much of it still waits.</summary>
    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 4)]
    [InlineData(false, 8 * 1024 * 1024)]
    [InlineData(true, 8 * 1024 * 1024)]
    public async Task The_end_of_an_upgraded_stream_at_the_client_is_its_end_at_the_cluster_behind_all_that_came_before(bool webSocket, int length)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(webSocket ? Streams.WebSocketExec() : Streams.SpdyExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        var last = new byte[length];
        new Random(length).NextBytes(last);
        var sending = SendAndFinishAsync();

        var read = new byte[length];
        await seen.Stream.ReadExactlyAsync(read, seen.Stopping);
        (await seen.Stream.ReadAsync(new byte[1], seen.Stopping)).ShouldBe(0);

        read.ShouldBe(last);
        await sending;

        async Task SendAndFinishAsync()
        {
            await client.SendAsync(last);
            await client.FinishAsync();
        }
    }

    [Fact]
    public async Task What_a_client_has_sent_before_it_went_waits_for_the_cluster_for_a_while_only()
    {
        var time = new WatchedTime();
        await using var slow = await Scene.StartAsync(Streams.AnswerAsync, time);
        await using var client = await slow.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();
        var seen = await slow.Upstream.NextAsync();

        // The cluster reads a little now and then, until all that was sent is on the way but not taken.
        var sending = client.SendAsync(new byte[32 * 1024 * 1024]);
        var some = new byte[64 * 1024];
        while (!sending.IsCompleted)
        {
            await seen.Stream.ReadExactlyAsync(some, seen.Stopping);
        }

        await sending;
        await client.FinishAsync();
        await time.TimerAsync(UpgradedClient.LongestRest, seen.Stopping);
        time.Advance(UpgradedClient.LongestRest);

        var record = await slow.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)record["reason"]).ShouldBe("the client closed the request");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgrade_that_the_cluster_refuses_is_refused_and_the_connection_stays_http(bool webSocket)
    {
        const string Body = "{\"kind\":\"Status\",\"code\":403}";
        scene.Answer = r => r.WriteAsync($"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(webSocket ? Streams.WebSocketExec() : Streams.SpdyExec());
        var (head, body) = await client.ReadResponseAsync();
        head.Status.ShouldBe(403);
        body.ShouldBe(Body);
        await scene.Upstream.NextAsync();

        // CVE-2018-1002105: what follows must be a request of its own, with the client's identity and not the gate's.
        scene.Answer = RawUpstream.Ok;
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/secrets", "Impersonate-User: root"));
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(403);
        scene.Upstream.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("204 No Content")]
    [InlineData("302 Found\r\nLocation: https://evil.example.com/")]
    public async Task A_success_that_is_no_upgrade_is_an_error(string status)
    {
        scene.Answer = r => r.WriteAsync($"HTTP/1.1 {status}\r\n{(status[0] == '2' && status[2] == '4' ? "" : "Content-Length: 0\r\n")}\r\n");
        var (head, body) = await scene.ExchangeAsync(Streams.WebSocketExec());

        head.Status.ShouldBe(502);
        body.ShouldContain("\"kind\":\"Status\"");
        head.Value("Location").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: Upgrade\r\nUpgrade: h2c\r\n")]
    public async Task A_switch_of_protocols_that_nobody_asked_for_is_an_error(string headers)
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
            await r.ParkAsync();
        };
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"GET /clusters/c1/api/v1/namespaces/default/pods/web/exec?command=sh HTTP/1.1\r\nHost: g\r\n{headers}\r\n");
        var (head, body) = await client.ReadResponseAsync();

        head.Status.ShouldBe(502);
        body.ShouldContain("\"message\":\"the cluster switched protocols without being asked to\"");
    }
}
