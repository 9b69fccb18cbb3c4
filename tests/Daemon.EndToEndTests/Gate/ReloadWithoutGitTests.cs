using System.Net;
using Tidegate.Simulation;
using Tidegate.Tests.Git;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>SIGHUP with other selectors, which are applied to what is in force whatever the git server does.</summary>
public sealed class ReloadWithoutGitTests : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync() => cluster = await folder.PushClusterAsync(("two", "{env: prod}"), ("three", "{env: staging}"));

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    /// <param name="silent">Whether the server takes the connection and says nothing; else there is none.</param>
    /// <param name="restarts">Whether the daemon has its state from the store alone.</param>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_no_selector_matches_any_more_ends_and_what_one_matches_now_is_served(bool silent, bool restarts)
    {
        using var server = new StallingServer(trickles: true);
        await using var first = await GateProcess.StartAsync(folder);
        await first.UntilAsync(async () => (await first.ClustersAsync()).Count == 2);
        if (restarts)
        {
            (await first.StopAsync()).ShouldBe(0);
        }

        Directory.Move(folder.Repository, folder.Repository + ".away");
        if (silent)
        {
            folder.Configure($"url: {folder.Repository},", $"url: \"{server.Url}\",");
        }

        await using var second = restarts ? await GateProcess.StartAsync(folder) : null;
        var gate = second ?? first;
        await (silent && restarts ? server.Arrival.WaitAsync(TimeSpan.FromSeconds(120)) : Task.CompletedTask);
        using var alice = folder.Client("CN=alice");
        using var ending = await WatchAsync(alice, "one");
        using var staying = await WatchAsync(alice, "two");

        folder.Configure("[dev, prod]", "[prod, staging]");
        await gate.SignalAsync("HUP");

        await ReadToEndAsync(ending);
        (await alice.GetAsync("/clusters/one/version")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await gate.UntilAsync(async () => (await alice.GetAsync("/clusters/three/version")).IsSuccessStatusCode);
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["three", "two"]);

        cluster.AddPod("default", "late");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while ((await staying.ReadLineAsync(limit.Token)).ShouldNotBeNull("the other watch goes on") is var line && !line.Contains("\"late\"", StringComparison.Ordinal))
        {
        }
    }

    private static async Task<StreamReader> WatchAsync(HttpClient client, string name)
    {
        var response = await client.GetAsync($"/clusters/{name}/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new(await response.Content.ReadAsStreamAsync());
    }

    private static async Task ReadToEndAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (await reader.ReadLineAsync(limit.Token) is not null)
        {
        }
    }
}
