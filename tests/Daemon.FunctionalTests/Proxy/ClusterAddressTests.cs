using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// The last look at where a cluster of the repository is: at the address that is connected to, after its name was resolved. The states of these tests come in
/// force without the first look, as if a name had led elsewhere when it was loaded.
/// </summary>
public sealed class ClusterAddressTests
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io";

    [Theory]
    [InlineData("localhost", "a loopback address")]
    [InlineData("127.0.0.1", "a loopback address")]
    [InlineData("127.1", "a loopback address")]
    [InlineData("2130706433", "a loopback address")]
    [InlineData("0x7f.1", "a loopback address")]
    [InlineData("[::ffff:127.0.0.1]", "a loopback address")]
    [InlineData("0.0.0.0", "an unspecified address")]
    [InlineData("[::]", "an unspecified address")]
    public async Task A_name_that_leads_to_the_gates_own_host_is_never_connected_to(string host, string kind)
    {
        await using var scene = new Scene { UpstreamOptions = new() };
        await scene.InitializeAsync();
        var credential = scene.CredentialOf(scene.Upstream) with { Server = new($"https://{host}:{scene.Upstream.Address.Port}") };
        scene.Gate.Apply(scene.State.Cluster("c1", credential));

        foreach (var request in new[] { Scene.Get("/clusters/c1/version"), Scene.Get("/clusters/c1/api/v1/pods?watch=1"), Scene.Get("/clusters/c1/api/v1/namespaces/x/pods/y/exec?command=ls", Upgrade) })
        {
            var (head, body) = await scene.ExchangeAsync(request);

            head.Status.ShouldBe(503);
            ((string?)JsonNode.Parse(body)!["message"]).ShouldBe(
                $"the address of kubernetes cluster \"c1\" leads to {kind}, which a cluster of the repository may have only if the gate's configuration lists it under kubernetes_service.allow_addresses");
        }

        scene.Upstream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_a_gate_listens_on_is_never_connected_to_whatever_is_listed()
    {
        await using var scene = await Scene.StartAsync();
        await using var own = scene.AnotherUpstream(RawUpstream.Ok);
        var upstream = Loopback.Upstream with { Addresses = Loopback.Allowed with { Listeners = [new(IPAddress.Any, own.Address.Port)] } };
        scene.Gate.Registry.Reconfigure(new(Labels.LabelSet.Empty, []), upstream);
        scene.Gate.Apply(scene.State.Cluster("own", scene.CredentialOf(own)));

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/own/version"));

        head.Status.ShouldBe(503);
        body.ShouldContain("leads to this gate itself");
        own.Count.ShouldBe(0);
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_range_that_is_no_longer_listed_is_not_connected_to_again_by_connections_that_are_open()
    {
        await using var scene = await Scene.StartAsync();
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);

        scene.Gate.Registry.Reconfigure(new(Labels.LabelSet.Empty, []), new());

        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(503);
        scene.Upstream.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_kubeconfig_of_the_host_may_lead_anywhere()
    {
        await using var scene = new Scene { UpstreamOptions = new() };
        await scene.InitializeAsync();
        scene.Gate.Apply(scene.State.Cluster("c1", scene.CredentialOf(scene.Upstream) with { IsOfHost = true }));

        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("", "https://c.example.com", 0)]
    [InlineData("127.0.0.2/32", "https://127.0.0.1:6443", 0)]
    [InlineData("127.0.0.2/32", "https://localhost:6443", 0)]
    [InlineData("127.0.0.2/32", "https://[::ffff:169.254.169.254]", 0)]
    [InlineData("127.0.0.2/32", "https://cluster.invalid", 1)]
    public async Task A_proxy_is_no_way_round(string allowed, string server, int expected)
    {
        using var proxy = new TcpListener(IPAddress.Parse("127.0.0.2"), 0);
        proxy.Start();
        var accepted = 0;
        var accepting = RefuseAsync();
        var addresses = allowed.Length == 0 ? AddressPolicy.Strict : new() { Allowed = [IPNetwork.Parse(allowed)] };
        await using var scene = new Scene { UpstreamOptions = new() { Addresses = addresses } };
        await scene.InitializeAsync();
        var credential = scene.CredentialOf(scene.Upstream) with { Server = new(server), ProxyUrl = new($"http://{proxy.LocalEndpoint}") };
        scene.Gate.Apply(scene.State.Cluster("c1", credential));

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));

        head.Status.ShouldBe(503);
        body.Contains("leads to", StringComparison.Ordinal).ShouldBe(expected == 0, body);
        proxy.Stop();
        await accepting;
        accepted.ShouldBe(expected, "a name that does not resolve here is asked of the proxy, which does not do it either");

        async Task RefuseAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await proxy.AcceptTcpClientAsync();
                    accepted++;
                    var head = new byte[1024];
                    _ = await client.GetStream().ReadAsync(head);
                    await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
