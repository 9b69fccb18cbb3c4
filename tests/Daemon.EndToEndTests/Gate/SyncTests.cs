using System.Diagnostics;
using Tidegate.Simulation;
using Xunit.Abstractions;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>From a push to what people can use, with the program as a process, real git and a simulated cluster.</summary>
public sealed class SyncTests(ITestOutputHelper log) : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await folder.PushClusterAsync(("two", "{env: prod}"));
    }

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_push_registers_a_cluster_by_the_watch_alone()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using var alice = folder.Client("CN=alice");
        folder.PutCluster("three", cluster.GateKubeconfig(), "{env: dev}");
        folder.Push("Add three");
        var pushed = Stopwatch.GetTimestamp();
        await gate.UntilAsync(async () => (await alice.GetAsync("/clusters/three/version")).IsSuccessStatusCode);
        log.WriteLine($"registered {Stopwatch.GetElapsedTime(pushed).TotalMilliseconds:0} ms after the push");
        await gate.UntilAsync(async () => (await gate.StatusAsync()).LastPass?.Trigger == "watch");
    }

    [Fact]
    public async Task A_label_that_no_selector_matches_unregisters_and_ends_that_watch_alone()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using var alice = folder.Client("CN=alice");
        using var first = await WatchAsync(alice, "one");
        using var second = await WatchAsync(alice, "two");
        folder.PutCluster("one", cluster.GateKubeconfig(), "{env: staging}");
        folder.Push("Move one away");

        // A clean end: the reader gets the end of the stream, an aborted response would throw.
        (await ToEndAsync(first)).ShouldBeTrue();
        (await alice.GetAsync("/clusters/one/version")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);

        cluster.AddPod("default", "late");
        var line = await LineWithAsync(second, "\"late\"");
        line.ShouldContain("ADDED");
    }

    [Fact]
    public async Task A_broken_manifest_keeps_its_last_good_version_and_the_rest_applies()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        folder.Put("kube/one.yaml", "kind: kube_cluster\nversion: v3\nmetadata:\n  name: one\n  labels: {env: dev, broken: 7}\nspec: {}\n");
        folder.PutCluster("four", cluster.GateKubeconfig(), "{env: dev}");
        folder.Push("Break one, add four");
        await gate.UntilAsync(async () => (await gate.ClustersAsync()).Any(c => c.Name == "four"));
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["four", "one", "two"]);
        using var alice = folder.Client("CN=alice");
        (await alice.GetAsync("/clusters/one/version")).IsSuccessStatusCode.ShouldBeTrue();
        var problem = (await gate.StatusAsync()).Problems[0];
        (problem.File, problem.Line, problem.Column, problem.KeepsLastGood).ShouldBe(("kube/one.yaml", 5, 30, true));
        var (code, text, _) = await GateProcess.RunAsync("status", "--config", folder.ConfigPath);
        code.ShouldBe(0);
        text.ShouldContain("kube/one.yaml:5:30: metadata.labels.broken: ");

        // The last good version outlives a restart while the repository cannot be reached.
        await gate.StopAsync();
        Directory.Move(folder.Repository, folder.Repository + ".away");
        await using var again = await GateProcess.StartAsync(folder);
        (await again.ClustersAsync()).Select(c => c.Name).ShouldBe(["four", "one", "two"]);
        (await alice.GetAsync("/clusters/one/version")).IsSuccessStatusCode.ShouldBeTrue();
        await again.UntilAsync(async () => (await again.StatusAsync()).LastPass?.Outcome == "unreachable");
    }

    [Fact]
    public async Task A_changed_selector_registers_and_unregisters_at_a_reload_and_a_broken_file_changes_nothing()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        var good = File.ReadAllText(folder.ConfigPath);
        File.WriteAllText(folder.ConfigPath, good.Replace("[dev, prod]", "prod", StringComparison.Ordinal));
        await gate.SignalAsync("HUP");
        await gate.UntilAsync(async () => (await gate.ClustersAsync()).Select(c => c.Name).SequenceEqual(["two"]));
        File.WriteAllText(folder.ConfigPath, good + "\nnonsense: 1\n");
        await gate.SignalAsync("HUP");
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("nonsense", StringComparison.Ordinal)));
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["two"]);
    }

    [Fact]
    public async Task SIGTERM_ends_watches_cleanly_and_the_exit_code_is_0()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using var alice = folder.Client("CN=alice");
        using var watch = await WatchAsync(alice, "one");
        var stopped = gate.StopAsync();
        (await ToEndAsync(watch)).ShouldBeTrue();
        (await stopped).ShouldBe(0);
    }

    private static async Task<StreamReader> WatchAsync(HttpClient client, string name)
    {
        var response = await client.GetAsync($"/clusters/{name}/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        return new(await response.Content.ReadAsStreamAsync());
    }

    private static async Task<bool> ToEndAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (await reader.ReadLineAsync(limit.Token) is not null)
        {
        }

        return true;
    }

    private static async Task<string> LineWithAsync(StreamReader reader, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException("the watch ended");
    }
}
