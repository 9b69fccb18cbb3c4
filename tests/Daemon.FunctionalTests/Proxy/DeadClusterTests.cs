using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Clusters that are away, silent or broken: a clear answer in time, no effect on others, and recovery without help.</summary>
public sealed class DeadClusterTests : IAsyncLifetime
{
    private readonly Scene scene = new();

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_refused_connection_is_answered_at_once()
    {
        Register("gone", FreePort.Next());
        var clock = PromisedTime.Start();

        var (code, message) = await AskAsync("gone");

        clock.ShouldBeKept(new UpstreamOptions().ConnectTimeout);
        code.ShouldBe(503);
        message.ShouldBe("kubernetes cluster \"gone\" is offline: connection refused");
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_cluster"] == "gone");
        ((string?)record["reason"]).ShouldBe(message);
        ((int?)record["response_code"]).ShouldBe(503);
        ((string?)record["decision"]).ShouldBe("allowed");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_answered()
    {
        scene.Gate.Apply(scene.State.Cluster("lost", scene.CredentialOf(scene.Upstream) with { Server = new("https://cluster.invalid:6443") }));

        var (code, message) = await AskAsync("lost");

        code.ShouldBe(503);
        message.ShouldBe("kubernetes cluster \"lost\" is offline: its address does not resolve");
    }

    [Fact]
    public async Task A_cluster_that_comes_back_is_served_again()
    {
        var port = FreePort.Next();
        Register("back", port);
        (await AskAsync("back")).Code.ShouldBe(503);

        await using var upstream = new RawUpstream(scene.Gate.Servers, RawUpstream.Ok, port);

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/back/version"));
        head.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_cluster_that_hangs_within_a_request_delays_nobody()
    {
        scene.Answer = r => r.ParkAsync();
        await using var waiting = await scene.ConnectAsync();
        await waiting.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await scene.Upstream.NextAsync();
        await using var other = scene.AnotherUpstream(RawUpstream.Ok);
        scene.Gate.Apply(scene.State.Cluster("c2", scene.CredentialOf(other)));

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c2/version"));

        head.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_certificate_that_the_gate_does_not_trust_is_answered()
    {
        await using var foreign = new RawUpstream(new("foreign authority"), RawUpstream.Ok);
        scene.Gate.Apply(scene.State.Cluster("foreign", scene.CredentialOf(foreign)));

        var (code, message) = await AskAsync("foreign");

        code.ShouldBe(503);
        message.ShouldBe("kubernetes cluster \"foreign\" shows a certificate that the gate does not trust: it was not issued by the cluster's certificate authority");
        foreign.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Something_that_speaks_no_tls_is_answered()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        Register("plain", ((IPEndPoint)plain.LocalEndpoint).Port);
        var asking = AskAsync("plain");
        using var peer = await plain.AcceptTcpClientAsync();
        await peer.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        var (code, message) = await asking;

        code.ShouldBe(503);
        message.ShouldBe("kubernetes cluster \"plain\" is offline: the TLS handshake with it failed");
    }

    [Fact]
    public async Task A_reset_within_the_handshake_is_answered_as_offline_since_nothing_was_sent()
    {
        using var resetting = new TcpListener(IPAddress.Loopback, 0);
        resetting.Start();
        Register("resetting", ((IPEndPoint)resetting.LocalEndpoint).Port);
        var asking = AskAsync("resetting");
        using (var peer = await resetting.AcceptSocketAsync())
        {
            await peer.ReceiveAsync(new byte[1]);
            peer.LingerState = new(true, 0);
        }

        var (code, message) = await asking;

        code.ShouldBe(503);
        message.ShouldBe("kubernetes cluster \"resetting\" is offline: the TLS handshake with it failed");
    }

    [Fact]
    public async Task A_cluster_that_does_not_accept_the_gate_is_not_the_person_s_fault()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");

        var (code, message) = await AskAsync("c1");

        code.ShouldBe(502);
        message.ShouldBe("kubernetes cluster \"c1\" does not accept the gate's credential; ask the gate's administrator");
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/x/services/y/proxy/"))).Head.Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_answered_and_tls_server_name_mends_it()
    {
        await using var named = new RawUpstream(scene.Gate.Servers, RawUpstream.Ok, name: "api.example.com");
        var credential = scene.CredentialOf(named) with { Server = new($"https://localhost:{named.Address.Port}") };
        scene.Gate.Apply(scene.State.Cluster("named", credential));
        (await AskAsync("named")).ShouldBe(
            (503, "kubernetes cluster \"named\" shows a certificate that the gate does not trust: it is for another name"));

        scene.Gate.Apply(scene.State.Cluster("named", credential with { TlsServerName = "api.example.com" }));

        (await scene.ExchangeAsync(Scene.Get("/clusters/named/version"))).Head.Status.ShouldBe(200);
        (await named.NextAsync()).Values("Host").ShouldBe(["api.example.com"]);
    }

    [Fact]
    public async Task A_connection_that_closes_before_the_answer_is_a_bad_gateway()
    {
        scene.Answer = r =>
        {
            r.Stream.Close();
            return Task.CompletedTask;
        };

        var (code, message) = await AskAsync("c1");

        code.ShouldBe(502);
        message.ShouldBe("kubernetes cluster \"c1\" broke off the request");
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nabc")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")]
    public async Task Half_an_answer_is_not_turned_into_a_whole_one_over_http1(string answer)
    {
        scene.Answer = r => BreakOffAsync(r, answer);
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));

        await Should.ThrowAsync<IOException>(client.ReadResponseAsync);

        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_cluster"] == "c1");
        ((string?)record["reason"]).ShouldBe("kubernetes cluster \"c1\" broke off the request");
    }

    [Fact]
    public async Task Half_an_answer_is_not_turned_into_a_whole_one_over_http2()
    {
        scene.Answer = r => BreakOffAsync(r, "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");

        await Should.ThrowAsync<HttpRequestException>(() => scene.Http2().GetStringAsync(new Uri("/clusters/c1/api/v1/pods", UriKind.Relative)));
    }

    [Fact]
    public async Task A_watch_that_the_cluster_breaks_off_is_an_error_for_its_client()
    {
        scene.Answer = r => BreakOffAsync(r, "Transfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n");
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());

        await Should.ThrowAsync<IOException>(client.ReadResponseAsync);
    }

    private static async Task BreakOffAsync(RawRequest request, string answer)
    {
        await request.WriteAsync("HTTP/1.1 200 OK\r\n" + answer);
        request.Stream.Close();
    }

    private void Register(string name, int port) =>
        scene.Gate.Apply(scene.State.Cluster(name, scene.CredentialOf(scene.Upstream) with { Server = new($"https://127.0.0.1:{port}") }));

    private async Task<(int Code, string? Message)> AskAsync(string cluster)
    {
        var (head, body) = await scene.ExchangeAsync(Scene.Get($"/clusters/{cluster}/api/v1/pods"));
        head.Value("Content-Type").ShouldBe("application/json");
        return (head.Status, (string?)JsonNode.Parse(body)!["message"]);
    }
}
