using System.Net;
using System.Net.Sockets;
using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>What must not keep a daemon from serving, and what must not keep it from ending.</summary>
public sealed class StopAndStartTests : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await folder.PushClusterAsync();
    }

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task With_a_state_of_the_last_process_it_serves_although_the_git_server_says_nothing()
    {
        await using (var first = await GateProcess.StartAsync(folder))
        {
            (await first.StopAsync()).ShouldBe(0);
        }

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        folder.Configure($"url: {folder.Repository}", $"url: \"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/clusters.git\"");

        // A fetch may take a minute, and this waits for half of one.
        await using var gate = await GateProcess.StartAsync(folder);
        (await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(120))).Dispose();
        using var alice = folder.Client("CN=alice");
        (await alice.GetAsync("/clusters/one/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gate.StatusAsync()).State.ShouldBe("ready");
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once_while_a_stream_drains()
    {
        folder.Configure($"drain_timeout: {GateFolder.DrainTimeout.TotalSeconds}s", "drain_timeout: 1h");
        await using var gate = await GateProcess.StartAsync(folder);
        using var alice = folder.Client("CN=alice");
        using var watch = await alice.GetAsync("/clusters/one/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        watch.StatusCode.ShouldBe(HttpStatusCode.OK);

        await gate.SignalAsync("TERM");
        await gate.UntilAsync(async () => (await gate.StatusAsync()).State == "stopping");
        var ended = gate.ExitAsync();
        ended.IsCompleted.ShouldBeFalse();
        await gate.SignalAsync("TERM");
        (await ended.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBe(1);
    }
}
