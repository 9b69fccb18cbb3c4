using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Metrics;

/// <summary>What real requests through the gate leave in its metrics.</summary>
public sealed class ProxyMetricsTests : IAsyncLifetime
{
    private const string Server = "tidegate_kubernetes_server_";
    private const string Client = "tidegate_kubernetes_client_";

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Requests_are_counted_by_code_and_method_on_both_sides()
    {
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        scene.Answer = r => r.WriteAsync("HTTP/1.1 409 Conflict\r\nContent-Length: 3\r\n\r\nno!");
        await scene.ExchangeAsync("POST /clusters/c1/api/v1/namespaces/n/pods HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\n{}");
        await scene.ExchangeAsync(Scene.Get("/clusters/unknown/api"));
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"), "mallory");

        var now = await UntilAsync(e => e[$"{Server}in_flight_requests"] == 0);
        now[$$"""{{Server}}api_requests_total{code="200",method="get"}"""].ShouldBe(2);
        now[$$"""{{Server}}api_requests_total{code="409",method="post"}"""].ShouldBe(1);
        (now[$$"""{{Server}}api_requests_total{code="404",method="get"}"""] + now[$$"""{{Server}}api_requests_total{code="403",method="get"}"""]).ShouldBe(2);
        (now[$$"""{{Server}}refused_requests_total{reason="not_found"}"""] + now[$$"""{{Server}}refused_requests_total{reason="forbidden"}"""]).ShouldBe(2);
        now[$$"""{{Client}}requests_total{code="200",method="get"}"""].ShouldBe(2);
        now[$$"""{{Client}}requests_total{code="409",method="post"}"""].ShouldBe(1);
        now[$"{Client}in_flight_requests"].ShouldBe(0);
        now[$"{Client}first_byte_response_duration_seconds_count"].ShouldBe(3);
        now[$$"""{{Server}}request_duration_seconds_count{method="get"}"""].ShouldBe(4);
        now[$"{Server}response_size_bytes_count"].ShouldBe(5);
        now[$$"""{{Server}}response_size_bytes_bucket{le="50"}"""].ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task New_connections_to_a_cluster_are_timed_once()
    {
        await using var client = await scene.ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync(Scene.Get("/clusters/c1/version"));
            await client.ReadResponseAsync();
        }

        var now = await NowAsync();
        now[$"{Client}got_conn_duration_seconds_count"].ShouldBe(1);
        now[$"{Client}tls_duration_seconds_count"].ShouldBe(1);
        now[$"{Client}tls_duration_seconds_sum"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_a_failure_and_no_answer()
    {
        scene.Gate.Apply(scene.State.Cluster("c2", new(new("https://127.0.0.1:1")) { Token = "x" }));
        (await scene.ExchangeAsync(Scene.Get("/clusters/c2/version"))).Head.Status.ShouldBe(503);

        var now = await UntilAsync(e => e[$"{Server}in_flight_requests"] == 0);
        now[$$"""{{Client}}failures_total{reason="offline"}"""].ShouldBe(1);
        now[$"{Client}in_flight_requests"].ShouldBe(0);
        now[$$"""{{Server}}api_requests_total{code="503",method="get"}"""].ShouldBe(1);
        now.Series.ShouldNotContain(s => s.StartsWith(Client + "requests_total", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("watch", "/api/v1/pods?watch=1", null)]
    [InlineData("logs", "/api/v1/namespaces/n/pods/p/log?follow=true", null)]
    [InlineData("exec", "/api/v1/namespaces/n/pods/p/exec?command=ls", "exec")]
    [InlineData("attach", "/api/v1/namespaces/n/pods/p/attach?stdin=true", "exec")]
    [InlineData("portforward", "/api/v1/namespaces/n/pods/p/portforward", "portforward")]
    public async Task A_stream_goes_up_when_it_opens_and_down_when_it_ends(string kind, string path, string? session)
    {
        scene.Answer = Streams.AnswerAsync;
        var upgrade = session is null ? [] : new[] { "Connection: Upgrade", "Upgrade: SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io" };
        await using (var client = await scene.ConnectAsync())
        {
            await client.SendAsync(Scene.Get($"/clusters/c1{path}", upgrade));
            (await client.ReadHeadAsync()).Status.ShouldBe(session is null ? 200 : 101);
            var open = await UntilAsync(e => e[$$"""tidegate_open_streams{kind="{{kind}}"}"""] == 1);
            open[$"{Server}in_flight_requests"].ShouldBe(1);
            open[$"{Client}in_flight_requests"].ShouldBe(0, "a stream has its answer");
            Sessions(open).ShouldBe(session is null ? (0, 0) : (1, 1));
        }

        var ended = await UntilAsync(e => e[$"{Server}in_flight_requests"] == 0);
        ended[$$"""tidegate_open_streams{kind="{{kind}}"}"""].ShouldBe(0);
        ended[$$"""{{Server}}stream_duration_seconds_count{kind="{{kind}}"}"""].ShouldBe(1);
        ended[$$"""{{Server}}request_duration_seconds_count{method="get"}"""].ShouldBe(0, "a stream would skew it");
        ended[$$"""{{Server}}api_requests_total{code="{{(session is null ? 200 : 101)}}",method="get"}"""].ShouldBe(1);
        Sessions(ended).ShouldBe(session is null ? (0, 0) : (0, 1));

        (double Open, double Total) Sessions(Exposition e) =>
            session is null ? (0, 0) : (e[$"{Server}{session}_in_flight_sessions"], e[$"{Server}{session}_sessions_total"]);
    }

    [Fact]
    public async Task A_stream_that_the_cluster_refuses_is_none()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        (await scene.ExchangeAsync(Streams.Watch())).Head.Status.ShouldBe(403);
        (await scene.ExchangeAsync(Streams.SpdyExec())).Head.Status.ShouldBe(403);

        var now = await UntilAsync(e => e[$"{Server}in_flight_requests"] == 0);
        now[$"{Server}exec_sessions_total"].ShouldBe(0);
        now[$$"""{{Server}}stream_duration_seconds_count{kind="watch"}"""].ShouldBe(0);
        now[$$"""{{Server}}request_duration_seconds_count{method="get"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_handshake_is_counted_and_a_probe_of_the_listener_is_none()
    {
        (await scene.Gate.Server.ProbeAsync(CancellationToken.None)).ShouldBeNull();
        var stranger = new TestAuthority("stranger").IssueClientCertificate("CN=alice");
        await using (var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, stranger))
        {
            await client.SendAsync(Scene.Get("/"));
            (await client.ReadResponseAsync()).Head.Status.ShouldBe(401);
        }

        (await UntilAsync(e => e["tidegate_refused_handshakes_total"] > 0))["tidegate_refused_handshakes_total"].ShouldBe(1);
        scene.Gate.AuditRecords().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_listener_that_was_told_to_stop_does_not_listen()
    {
        scene.Gate.Server.IsListening.ShouldBeTrue();
        await scene.Gate.StopAsync(TimeSpan.Zero);
        scene.Gate.Server.IsListening.ShouldBeFalse();
    }

    /// <summary>
    /// A thousand requests with methods, paths, people and codes that nobody has seen: the number of series stays below what the closed lists of
    /// labels allow for the codes of one run, and none of the odd texts is in any.
    /// </summary>
    [Fact]
    public async Task Odd_requests_do_not_grow_the_number_of_series()
    {
        var number = 0;
        scene.Answer = r => r.WriteAsync($"HTTP/1.1 {Code(Interlocked.Increment(ref number))} Odd\r\nContent-Length: 0\r\n\r\n");
        var before = (await NowAsync()).Series.Count;
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), async (worker, _) =>
        {
            await using var client = await scene.ConnectAsync($"odd-{worker % 4}");
            await using var alice = await scene.ConnectAsync();
            for (var i = 0; i < 50; i++)
            {
                var connection = i % 5 == 0 ? client : alice;
                await connection.SendAsync(
                    $"{Method(worker, i)} /clusters/{(i % 7 == 0 ? $"odd{i}" : "c1")}/odd-path-{worker}-{i}?odd=1 HTTP/1.1\r\nHost: g\r\nUser-Agent: odd-{i}\r\nContent-Length: 0\r\n\r\n");
                await connection.ReadResponseAsync();
            }
        });

        var after = await UntilAsync(e => e[$"{Server}in_flight_requests"] == 0);
        after.Series.Where(s => s.Contains("odd", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        Sum(after, Server + "api_requests_total").ShouldBe(1000);

        // Codes by methods, on either side; everything else was there before.
        var (codes, methods) = (Tidegate.Metrics.HttpLabels.Codes.Count, Tidegate.Metrics.HttpLabels.Methods.Count);
        (after.Series.Count - before).ShouldBeLessThanOrEqualTo(2 * codes * methods);
        after.Series.Count(s => s.StartsWith(Server + "api_requests_total", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(codes * methods);

        // Those without a body have no length, which the client's side of this test needs.
        static int Code(int n) => (200 + (n % 800)) is var code && code is 204 or 205 or 304 ? 999 : 200 + (n % 800);

        static string Method(int worker, int i) => (i % 4) switch { 0 => "GET", 1 => "DELETE", 2 => $"ODD{worker}X{i}", _ => "PUT" };
    }

    private static double Sum(Exposition exposition, string name) =>
        exposition.Series.Where(s => s.StartsWith(name + "{", StringComparison.Ordinal)).Sum(s => exposition[s]);

    private Task<Exposition> NowAsync() => Exposition.OfAsync(scene.Gate.Metrics.Registry);

    /// <summary>The end of a request is counted after its answer arrived.</summary>
    private async Task<Exposition> UntilAsync(Func<Exposition, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (true)
        {
            if (await NowAsync() is var now && holds(now))
            {
                return now;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
