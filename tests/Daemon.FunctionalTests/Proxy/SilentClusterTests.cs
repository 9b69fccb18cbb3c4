using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Clusters that take a connection, or seem to, and say nothing: an answer within the connect timeout and a second.</summary>
public sealed class SilentClusterTests : IAsyncLifetime
{
    private readonly double slowness = MachineLoad.Slowness();
    private readonly TimeSpan connectTimeout;
    private readonly Scene scene;

    // Another cluster answers within it, which takes a busy machine as many times longer.
    public SilentClusterTests()
    {
        connectTimeout = TimeSpan.FromSeconds(2) * slowness;
        scene = new() { UpstreamOptions = Loopback.Upstream with { ConnectTimeout = connectTimeout } };
    }

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_handshake_that_never_comes_is_answered_after_the_connect_timeout_and_delays_nobody()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Register("silent", ((IPEndPoint)silent.LocalEndpoint).Port);
        var hanging = AskAsync("silent");

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));
        head.Status.ShouldBe(200);
        hanging.IsCompleted.ShouldBeFalse("the other cluster must have answered first");

        var (code, message) = await hanging;
        code.ShouldBe(504);
        message.ShouldBe("kubernetes cluster \"silent\" did not accept a connection in time");
        await ShouldHaveTakenTheTimeoutAsync("silent");
    }

    [Fact]
    public async Task A_full_backlog_is_answered_after_the_connect_timeout()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var fillers = new List<Socket>();
        for (var i = 0; i < 4; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            fillers.Add(filler);
            try
            {
                filler.Connect(full.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Under way: it fills the queue.
            }
        }

        Register("full", ((IPEndPoint)full.LocalEndPoint!).Port);
        var (code, _) = await AskAsync("full");

        code.ShouldBe(504);
        await ShouldHaveTakenTheTimeoutAsync("full");
        fillers.ForEach(f => f.Dispose());
    }

    private void Register(string name, int port) =>
        scene.Gate.Apply(scene.State.Cluster(name, scene.CredentialOf(scene.Upstream) with { Server = new($"https://127.0.0.1:{port}") }));

    private async Task<(int Code, string? Message)> AskAsync(string cluster)
    {
        var (head, body) = await scene.ExchangeAsync(Scene.Get($"/clusters/{cluster}/api/v1/pods"));
        head.Value("Content-Type").ShouldBe("application/json");
        return (head.Status, (string?)JsonNode.Parse(body)!["message"]);
    }

    // The gate's own measure: it begins with the request and not with the client's handshake.
    private async Task ShouldHaveTakenTheTimeoutAsync(string cluster)
    {
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_cluster"] == cluster);
        TimeSpan.FromMilliseconds((double)record["duration_ms"]!).ShouldBeInRange(
            connectTimeout - TimeSpan.FromMilliseconds(100), connectTimeout + (TimeSpan.FromSeconds(1) * Math.Max(slowness, MachineLoad.Slowness())));
    }
}
