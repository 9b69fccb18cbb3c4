using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Clusters that lead back to the gate by a way that its addresses do not show: another port that is forwarded to it, another gate.</summary>
public sealed class LoopTests
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io";
    private const string Spdy = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io";

    public static TheoryData<string> Requests => new()
    {
        Scene.Get("/clusters/c1/version"),
        Scene.Get("/clusters/c1/api/v1/pods?watch=1"),
        Scene.Get("/clusters/c1/apis/example.com/v1/namespaces/x/things/y"),
        Scene.Get("/clusters/c1/version", "Connection: CDN-Loop"),
        Scene.Get("/clusters/c1/version", "CDN-Loop: tidegate-00000000000000000000000000000000", "CDN-Loop: other.example.com"),
        Scene.Get("/clusters/c1/api/v1/namespaces/x/pods/y/exec?command=ls", Upgrade),
        "POST /clusters/c1/api/v1/namespaces/x/pods/y/exec?command=ls HTTP/1.1\r\nHost: g\r\n" + Spdy + "\r\n\r\n",
        "POST /clusters/c1/api/v1/namespaces/x/pods HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 63\r\n\r\n{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"aaaaaaaaa\"}}",
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_that_comes_back_is_answered_508_at_once(string request)
    {
        await using var scene = await Scene.StartAsync();
        using var forward = new Forward(scene.Gate.EndPoint);
        scene.Gate.Apply(scene.State.Cluster("c1", Credential(scene.Gate, forward.Port)));

        var (head, body) = await scene.ExchangeAsync(request);

        head.Status.ShouldBe(508, body);
        ((string?)JsonNode.Parse(body)!["message"]).ShouldBe("kubernetes cluster \"c1\" leads back to this gate: the address in its kubeconfig must be that of the cluster's API server");
        var closing = await ClosingAsync(scene.Gate, 2);
        closing.Count(r => (string?)r["decision"] == "denied").ShouldBe(1);
        closing.ShouldAllBe(r => (int)r["response_code"]! == 508);
    }

    [Fact]
    public async Task It_is_found_behind_another_gate_over_http2_too()
    {
        await using var scene = await Scene.StartAsync();
        await using var other = await Scene.StartAsync();
        scene.Gate.Apply(scene.State.Cluster("c1", Credential(other.Gate, other.Gate.EndPoint.Port)));
        other.Gate.Apply(other.State.Cluster("c1", Credential(scene.Gate, scene.Gate.EndPoint.Port)));

        var answer = await scene.Http2().GetAsync(new Uri("/clusters/c1/version", UriKind.Relative));

        ((int)answer.StatusCode).ShouldBe(508);
        (await ClosingAsync(scene.Gate, 2)).ShouldAllBe(r => (int)r["response_code"]! == 508);
        await ClosingAsync(other.Gate, 1);
    }

    [Fact]
    public async Task A_gate_behind_another_one_is_no_loop_and_each_marks_its_requests()
    {
        await using var scene = await Scene.StartAsync();
        await using var other = await Scene.StartAsync();
        scene.Gate.Apply(scene.State.Cluster("c1", Credential(other.Gate, other.Gate.EndPoint.Port)));

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/version", "CDN-Loop: one.example.com"));

        head.Status.ShouldBe(200);
        var markers = (await other.Upstream.NextAsync()).Values("CDN-Loop").SelectMany(v => v.Split(", ")).ToList();
        markers.Count.ShouldBe(3);
        markers.ShouldContain("one.example.com");
        markers.Count(m => m.StartsWith("tidegate-", StringComparison.Ordinal) && m.Length == 41).ShouldBe(2);
    }

    [Fact]
    public async Task A_client_that_sends_the_marker_stops_its_own_request_only()
    {
        await using var scene = await Scene.StartAsync();
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        var marker = (await scene.Upstream.NextAsync()).Values("CDN-Loop").Single();

        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version", $"cdn-loop: {marker.ToUpperInvariant()}"))).Head.Status.ShouldBe(508);
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"), "bob")).Head.Status.ShouldBe(200);
    }

    private static ClusterCredential Credential(Gate gate, int port)
    {
        var (certificate, key) = gate.Clients.IssueClient("CN=alice");
        return new(new($"https://127.0.0.1:{port}/clusters/c1")) { CertificateAuthorityPem = gate.Servers.Pem, ClientCertificatePem = certificate, ClientKeyPem = key };
    }

    /// <summary>The closing records; there must be as many and no more, since each is written before its answer ends.</summary>
    private static async Task<IReadOnlyList<JsonObject>> ClosingAsync(Gate gate, int count)
    {
        await gate.AuditRecordAsync(_ => Closing(gate).Count >= count);
        var closing = Closing(gate);
        closing.Count.ShouldBe(count);
        return closing;
    }

    private static IReadOnlyList<JsonObject> Closing(Gate gate) => [.. gate.AuditRecords().Where(r => r["response_code"] is not null)];

    /// <summary>A port that leads to another one, as a port of a router does.</summary>
    private sealed class Forward : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly IPEndPoint to;

        public Forward(IPEndPoint to)
        {
            this.to = to;
            listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public void Dispose() => listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = PumpAsync(await listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task PumpAsync(TcpClient client)
        {
            using var near = client;
            using var far = new TcpClient();
            try
            {
                await far.ConnectAsync(to);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                // One side is gone.
            }
        }
    }
}
