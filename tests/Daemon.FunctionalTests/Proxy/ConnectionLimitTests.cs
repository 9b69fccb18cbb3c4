using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary><c>max_kubernetes_connections</c>: one exec, attach or port-forward too many is refused, and every end of one gives its place back.</summary>
public sealed class ConnectionLimitTests : IAsyncLifetime
{
    private const string TooMany = "too many concurrent kubernetes connections for user \"alice\" (max=1)";

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Of_a_hundred_at_once_exactly_ten_reach_the_cluster()
    {
        Limit(10);
        var clients = await scene.ConnectManyAsync(100);
        await Task.WhenAll(clients.Select((c, i) => c.SendAsync(i % 2 == 0 ? Streams.WebSocketExec() : Streams.SpdyPortForward())));
        var heads = await Task.WhenAll(clients.Select(c => c.ReadHeadAsync()));

        heads.Count(h => h.Status == 101).ShouldBe(10);
        heads.Count(h => h.Status == 429).ShouldBe(90);
        scene.Upstream.Count.ShouldBe(10);

        await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        await UntilEndedAsync(100);
        await ShouldComeInAsync();
    }

    [Fact]
    public async Task A_refusal_is_a_status_with_the_reason_and_no_invitation_to_try_again()
    {
        Limit(1);
        await using var first = await OpenAsync(Streams.WebSocketExec());

        var (head, body) = await scene.ExchangeAsync(Streams.WebSocketExec());

        head.Status.ShouldBe(429);
        head.Value("Retry-After").ShouldBeNull();
        var status = JsonNode.Parse(body)!;
        ((string?)status["reason"]).ShouldBe("TooManyRequests");
        ((string?)status["message"]).ShouldBe(TooMany);
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 429);
        ((string?)record["reason"]).ShouldBe(TooMany);
        ((string?)record["decision"]).ShouldBe("denied");
        ((string?)record["role"]).ShouldBe("dev");
        ((string?)record["rule"]).ShouldBe("roles/dev.yaml:1");
        scene.Upstream.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_second_way_that_kubectl_tries_is_refused_and_recorded_too_and_neither_is_counted()
    {
        Limit(1);
        var first = await OpenAsync(Streams.WebSocketExec());
        (await scene.ExchangeAsync(Streams.WebSocketExec())).Head.Status.ShouldBe(429);
        (await scene.ExchangeAsync(Streams.SpdyExec())).Head.Status.ShouldBe(429);
        await first.DisposeAsync();
        await UntilEndedAsync(3);

        var refused = scene.Gate.AuditRecords().Where(r => (string?)r["reason"] == TooMany).ToList();
        refused.Select(r => (string?)r["verb"]).ShouldBe(["GET", "POST"], ignoreOrder: true);
        refused.ShouldAllBe(r => (string?)r["code"] == "T3002E");
        scene.Gate.Server.InFlight.Connections.Persons.ShouldBe(0);
        await ShouldComeInAsync();
    }

    [Theory]
    [InlineData("the client leaves")]
    [InlineData("the cluster ends it")]
    [InlineData("the cluster refuses it")]
    [InlineData("the cluster switches unasked")]
    [InlineData("the cluster is offline")]
    [InlineData("access is taken away")]
    [InlineData("it has lasted long enough")]
    [InlineData("the client left before an answer")]
    public async Task However_a_stream_ends_its_place_is_free_again(string how)
    {
        Limit(1);
        await EndAsync(how);
        await UntilEndedAsync(1);
        scene.Gate.Server.InFlight.Connections.Persons.ShouldBe(0);

        scene.Answer = Streams.AnswerAsync;
        scene.State.User("alice", "dev").Cluster("c1", scene.CredentialOf(scene.Upstream));
        Limit(1);
        await ShouldComeInAsync();
    }

    [Fact]
    public async Task All_clusters_count_together_and_each_person_alone_and_watches_not_at_all()
    {
        await using var other = scene.AnotherUpstream(Streams.AnswerAsync);
        scene.State.Cluster("c2", scene.CredentialOf(other));
        Limit(1);
        await using var exec = await OpenAsync(Streams.WebSocketExec());

        (await scene.ExchangeAsync(Streams.SpdyPortForward("c2"))).Head.Status.ShouldBe(429);
        await using var watch = await OpenAsync(Streams.Watch());
        await using var log = await OpenAsync(Streams.Logs());
        await using var bobs = await OpenAsync(Streams.WebSocketExec(), "bob");
    }

    [Fact]
    public async Task A_limit_that_comes_later_counts_what_is_open_and_does_not_end_it()
    {
        await using var first = await OpenAsync(Streams.WebSocketExec());
        var seen = await scene.Upstream.NextAsync();
        await using var second = await OpenAsync(Streams.SpdyExec());

        Limit(1);

        (await scene.ExchangeAsync(Streams.SpdyExec())).Head.Status.ShouldBe(429);
        await seen.WriteAsync("\u0082\u0001a");
        (await first.ReadTextAsync(3)).ShouldBe("\u0082\u0001a");
    }

    private void Limit(int most, TimeSpan? ttl = null) =>
        scene.Gate.Apply(scene.State.Role("dev", ["devs", "ops,eu"], options: new() { MaxKubernetesConnections = most, MaxSessionTtl = ttl }));

    private async Task<RawClient> OpenAsync(string request, string person = "alice")
    {
        var client = await scene.ConnectAsync(person);
        await client.SendAsync(request);
        (await client.ReadHeadAsync()).Status.ShouldBeOneOf(101, 200);
        return client;
    }

    private async Task ShouldComeInAsync()
    {
        await using var client = await OpenAsync(Streams.WebSocketExec());
    }

    private async Task EndAsync(string how)
    {
        scene.Answer = how switch
        {
            "the cluster ends it" => SwitchAndCloseAsync,
            "the cluster refuses it" => r => r.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}"),
            "the cluster switches unasked" => r => r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            "the client left before an answer" => r => r.ParkAsync(),
            _ => Streams.AnswerAsync,
        };
        if (how == "the cluster is offline")
        {
            scene.Gate.Apply(scene.State.Cluster("c1", new(new($"https://127.0.0.1:{FreePort.Next()}")) { Token = "t" }));
        }

        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.WebSocketExec());
        if (how == "the client left before an answer")
        {
            await scene.Upstream.NextAsync();
            return;
        }

        (await client.ReadHeadAsync()).Status.ShouldBeOneOf(101, 403, 502, 503);
        if (how == "access is taken away")
        {
            scene.Gate.Apply(scene.State.WithoutUser("alice"));
        }
        else if (how == "it has lasted long enough")
        {
            Limit(1, TimeSpan.FromMilliseconds(1));
        }

        if (how is "access is taken away" or "it has lasted long enough" or "the cluster ends it")
        {
            await client.ReadToEndAsync();
        }
    }

    private static async Task SwitchAndCloseAsync(RawRequest request)
    {
        await request.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        request.Stream.Close();
    }

    /// <summary>Waits until so many requests have ended, which is when their records are written.</summary>
    private Task UntilEndedAsync(int count) => scene.Gate.AuditRecordAsync(
        _ => scene.Gate.AuditRecords().Count(r => (string?)r["stage"] == "end") >= count);
}
