using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// What does something reaches a cluster at most once, however the connection to it breaks: the table in <c>sent-once.cases</c>, counted where it arrives.
/// </summary>
public sealed class SentOnceTests : IAsyncLifetime
{
    private static readonly IReadOnlyDictionary<string, CaseEntry> Table = CaseFile.Read("Proxy/sent-once.cases");

    /// <summary>How the cluster breaks off what it has read, each by its name.</summary>
    private static readonly Dictionary<string, Func<RawRequest, Task>> Breaks = new(StringComparer.Ordinal)
    {
        ["it closes"] = r => CloseAfterAsync(r, ""),
        ["it resets"] = r => ResetAsync(r),
        ["it closes within the status line"] = r => CloseAfterAsync(r, "HTTP/1.1 20"),
        ["it closes within the headers"] = r => CloseAfterAsync(r, "HTTP/1.1 200 OK\r\nContent-Le"),
        ["it closes after an interim answer"] = r => CloseAfterAsync(r, "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ["it closes after asking for the body"] = r => CloseAfterAsync(r, "HTTP/1.1 100 Continue\r\n\r\n"),
    };

    private readonly Scene scene = new();

    public static TheoryData<string, string> Broken()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in Table.Keys)
        {
            foreach (var way in Breaks.Keys)
            {
                data.Add(name, way);
            }
        }

        return data;
    }

    public static TheoryData<string> Once => new(Table.Where(c => c.Value.One('=') == "once").Select(c => c.Key));

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_request_that_a_used_connection_breaks_off_is_sent_once_unless_it_only_reads(string name, string way)
    {
        await UseAConnectionAsync();
        scene.Answer = Breaks[way];

        var (code, message) = await SendAsync(Table[name]);

        if (Table[name].One('=') == "once")
        {
            scene.Upstream.Count.ShouldBe(2, "the first request and this one");
        }

        code.ShouldBe(502);
        message.ShouldBeOneOf("kubernetes cluster \"c1\" broke off the request", null);
    }

    [Theory]
    [MemberData(nameof(Once))]
    public async Task A_request_of_which_the_cluster_read_a_byte_is_not_sent_again(string name)
    {
        var broken = 0;
        scene.Answer = async r =>
        {
            await RawUpstream.Ok(r);
            await r.Stream.ReadExactlyAsync(new byte[1], r.Stopping);
            broken++;
            r.Reset();
            throw new IOException("The rest is not read.");
        };
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));
        scene.Answer = RawUpstream.Ok;

        var (code, _) = await SendAsync(Table[name]);

        // What has a connection of its own never met the broken one.
        (scene.Upstream.Count - 1 + broken).ShouldBe(1);
        code.ShouldBeOneOf(broken == 1 ? [502] : [200, 502]);
    }

    [Fact]
    public async Task A_plain_get_is_sent_again_when_a_used_connection_turns_out_to_be_closed()
    {
        await UseAConnectionAsync();
        scene.Answer = r => r.Connection == 1 ? CloseAfterAsync(r, "") : RawUpstream.Ok(r);

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));

        head.Status.ShouldBe(200);
        scene.Upstream.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_connection_that_closed_while_nobody_used_it_costs_nobody_a_request()
    {
        var closed = new SemaphoreSlim(0);
        scene.Answer = async r =>
        {
            await RawUpstream.Ok(r);
            r.Socket.Shutdown(SocketShutdown.Both);
            closed.Release();
        };
        for (var i = 0; i < 5; i++)
        {
            (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
            await closed.WaitAsync(TimeSpan.FromSeconds(120));
            (await scene.ExchangeAsync("DELETE /clusters/c1/api/v1/namespaces/a/pods/b HTTP/1.1\r\nHost: g\r\n\r\n")).Head.Status.ShouldBe(200);
            await closed.WaitAsync(TimeSpan.FromSeconds(120));
        }

        scene.Upstream.Count.ShouldBe(10);
    }

    [Theory]
    [InlineData("exec")]
    [InlineData("spdy exec")]
    [InlineData("port-forward")]
    [InlineData("spdy port-forward")]
    public async Task A_stream_has_a_connection_of_its_own_before_and_after(string kind)
    {
        await UseAConnectionAsync();
        scene.Answer = r => r.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

        (await scene.ExchangeAsync(Streams.Named(kind))).Head.Status.ShouldBe(403);
        (await scene.ExchangeAsync(Streams.Named(kind))).Head.Status.ShouldBe(403);
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(403);

        var connections = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            connections.Add((await scene.Upstream.NextAsync()).Connection);
        }

        connections.ShouldBe([2, 3, 1]);
    }

    private static async Task CloseAfterAsync(RawRequest request, string answer)
    {
        if (answer.Length > 0)
        {
            await request.WriteAsync(answer);
        }

        request.Stream.Close();
    }

    private static Task ResetAsync(RawRequest request)
    {
        request.Reset();
        return Task.CompletedTask;
    }

    /// <summary>Leaves a connection that a request has used.</summary>
    private async Task UseAConnectionAsync()
    {
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        await scene.Upstream.NextAsync();
    }

    private async Task<(int Code, string? Message)> SendAsync(CaseEntry entry)
    {
        if (entry.All('w') is [var socket])
        {
            return (await WebSocketOverHttp2Async(socket.Split(' ')[1]), null);
        }

        if (entry.All('2') is [var line])
        {
            using var request = new HttpRequestMessage(new(line.Split(' ')[0]), new Uri(line.Split(' ')[1], UriKind.Relative));
            using var response = await scene.Http2().SendAsync(request);
            return ((int)response.StatusCode, MessageOf(await response.Content.ReadAsStringAsync()));
        }

        var lines = entry.All('>');
        var body = entry.All(':') is [var text] ? text == "0" ? "0\r\n\r\n" : text : "";
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"{lines[0]} HTTP/1.1\r\nHost: g\r\n{string.Concat(lines.Skip(1).Select(l => l + "\r\n"))}\r\n{body}");
        if (lines[0].StartsWith("HEAD", StringComparison.Ordinal))
        {
            return ((await client.ReadHeadAsync()).Status, null);
        }

        var (head, answer) = await client.ReadResponseAsync();
        return (head.Status, MessageOf(answer));
    }

    private static string? MessageOf(string body) => (string?)JsonNode.Parse(body)!["message"];

    /// <returns>The status that the attempt was answered with.</returns>
    private async Task<int> WebSocketOverHttp2Async(string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var invoker = scene.Http2Invoker();
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"wss://{scene.Gate.EndPoint}{path}"), invoker, limit.Token));
        return (int)socket.HttpStatusCode;
    }
}
