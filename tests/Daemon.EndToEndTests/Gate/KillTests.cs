using System.Diagnostics;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>The daemon is killed at any moment of a pass, again and again, and always starts with a whole state.</summary>
public sealed class KillTests : IDisposable
{
    private const int Times = 100;
    private const int Clusters = 20;

    private readonly GateFolder folder = new();

    [Fact]
    public async Task A_killed_daemon_starts_again_with_a_whole_state_without_git()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        var random = new Random(20261123);
        folder.PutAlice();
        PushGeneration(cluster, 0);
        var gate = await GateProcess.StartAsync(folder);

        // A random moment of twice the time that a pass takes on this machine is as often before its end as after it.
        var pass = await PassTimeAsync(cluster, gate);
        var last = 1;
        var advanced = 0;
        for (var time = 2; time <= Times + 1; time++)
        {
            PushGeneration(cluster, time);
            await MomentAsync(2 * pass * random.NextDouble());
            await gate.KillAsync();
            await gate.DisposeAsync();

            Directory.Move(folder.Repository, folder.Repository + ".away");
            gate = await GateProcess.StartAsync(folder);
            var generations = (await gate.ClustersAsync()).Select(c => c.Labels["generation"]).ToList();
            generations.Count.ShouldBe(Clusters);
            var generation = int.Parse(generations.Distinct().ShouldHaveSingleItem()[1..], System.Globalization.CultureInfo.InvariantCulture);
            generation.ShouldBeInRange(last, time);

            // It serves before its first pass has ended.
            await gate.UntilAsync(async () => (await gate.StatusAsync()).LastPass?.Outcome == "unreachable");
            advanced += generation == time ? 1 : 0;
            last = generation;
            Directory.Move(folder.Repository + ".away", folder.Repository);
        }

        await gate.DisposeAsync();

        // Kills that all came too early or too late would have shown nothing.
        advanced.ShouldBeInRange(5, Times - 5);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>How long it takes from a push to its state.</summary>
    private async Task<TimeSpan> PassTimeAsync(SimulatedCluster cluster, GateProcess gate)
    {
        PushGeneration(cluster, 1);
        var pushed = Stopwatch.GetTimestamp();
        await gate.UntilAsync(async () => (await gate.ClustersAsync()).All(c => c.Labels["generation"] == "g1"));
        return Stopwatch.GetElapsedTime(pushed);
    }

    private void PushGeneration(SimulatedCluster cluster, int generation)
    {
        for (var i = 0; i < Clusters; i++)
        {
            folder.PutCluster($"c{i}", cluster.GateKubeconfig(), $"{{env: dev, generation: g{generation}}}");
        }

        folder.Push($"Generation {generation}");
    }

    /// <summary>Not a synchronisation: the random moment is what the test is about.</summary>
    private static async Task MomentAsync(TimeSpan length)
    {
        using var timer = new CancellationTokenSource(length);
        var passed = new TaskCompletionSource();
        await using var registration = timer.Token.Register(passed.SetResult);
        await passed.Task;
    }
}
