using System.Diagnostics;
using System.Net;
using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;
using Tidegate.Tests;
using Xunit.Abstractions;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>A daemon whose port is systemd's is stopped and started anew under load: nobody is refused, and no request fails.</summary>
public sealed class RestartTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Watch = "/clusters/one/api/v1/namespaces/default/pods?watch=1";

    private readonly GateFolder folder = new();
    private HeldSocket socket = null!;
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await folder.PushClusterAsync();
        socket = new(folder.Port);
    }

    public async Task DisposeAsync()
    {
        socket.Dispose();
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(LoadKind.NewConnections)]
    [InlineData(LoadKind.KeptAlive)]
    [InlineData(LoadKind.Http2)]
    public async Task No_request_fails_while_the_daemon_is_restarted(LoadKind kind)
    {
        await using var first = await GateProcess.StartAsync(folder, socket);
        await using var load = new Load(folder, kind);
        await load.MoreAsync(200);

        var clock = Stopwatch.StartNew();
        (await first.StopAsync()).ShouldBe(0, first.Output);
        var stopped = clock.Elapsed;
        await using var second = await GateProcess.StartAsync(folder, socket);
        var started = clock.Elapsed - stopped;
        await load.MoreAsync(200);
        await load.EndAsync();

        output.WriteLine($"{kind}: {load.Answered} answers, stopped in {stopped.TotalMilliseconds:0} ms, started in {started.TotalMilliseconds:0} ms, longest answer {load.Longest.TotalMilliseconds:0} ms");
        load.Failures.ShouldBeEmpty(first.Output + second.Output);
        load.Answered.ShouldBeGreaterThanOrEqualTo(400);
    }

    [Fact]
    public async Task A_watch_goes_on_until_the_drain_ends_and_requests_are_served_meanwhile()
    {
        // What has to happen within it takes a busy machine as many times longer.
        var drain = TimeSpan.FromSeconds(Math.Ceiling(GateFolder.DrainTimeout.TotalSeconds * MachineLoad.Slowness()));
        folder.Configure($"drain_timeout: {GateFolder.DrainTimeout.TotalSeconds}s", $"drain_timeout: {drain.TotalSeconds}s");
        await using var gate = await GateProcess.StartAsync(folder, socket);
        using var http = folder.Client("CN=alice");
        using var answer = await http.GetAsync(new Uri(Watch, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var events = await answer.Content.ReadAsStreamAsync();
        await using var load = new Load(folder, LoadKind.NewConnections);
        await load.MoreAsync(50);

        var clock = Stopwatch.StartNew();
        var stopping = gate.StopAsync();
        await gate.UntilAsync(async () => (await gate.StatusAsync()).State == "stopping");
        await load.MoreAsync(100);
        stopping.IsCompleted.ShouldBeFalse();

        // The stream ends as a whole body does, not as a broken one, and not before its time.
        await events.CopyToAsync(Stream.Null);
        clock.Elapsed.ShouldBeGreaterThan(drain - TimeSpan.FromMilliseconds(200));
        (await stopping).ShouldBe(0, gate.Output);
        await using var second = await GateProcess.StartAsync(folder, socket);
        await load.MoreAsync(50);
        await load.EndAsync();
        load.Failures.ShouldBeEmpty(gate.Output);
    }
}
