using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Tests.State;

namespace Tidegate.Tests.Sync;

/// <summary>A git server takes the connection and says nothing, or one byte at a time: what expires and what a reload takes away does not wait for it.</summary>
public sealed class BesideFetchTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly FakeTimeProvider time = new(new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource stopping = new();
    private readonly SourceScene scene;
    private Task running = Task.CompletedTask;

    public BesideFetchTests() => scene = new() { Time = time, Build = StateFixture.Everything };

    /// <param name="isFirst">Whether it is the pass with which a daemon starts that has a state already.</param>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_expires_goes_while_a_fetch_is_under_way(bool trickles, bool isFirst)
    {
        using var server = new StallingServer(trickles);
        await StartAsync();
        scene.Restart(From(server));
        var pass = isFirst ? FirstAsync() : InLoopAsync();
        await server.Arrival.WaitAsync(Limit);
        InForce().ShouldBe("clusters: brief, lasting; unselected: ; roles: brief, lasting; users: brief, lasting; locks: brief, lasting");

        // The loop may be about to look at the clock.
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return pass.IsCompleted || InForce() == "clusters: lasting; unselected: ; roles: lasting; users: lasting; locks: lasting";
        });

        pass.IsCompleted.ShouldBeFalse("the fetch goes on");
        server.Arrivals.ShouldBe(1);
        await UntilAsync(() => scene.Loop.History(1)[0].Trigger == "expiry");
        scene.Loop.LastPass.ShouldBeNull("the repository has said nothing");
        await EndAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reload_is_applied_to_what_is_in_force_while_a_fetch_is_under_way_and_does_not_begin_it_anew(bool trickles)
    {
        using var server = new StallingServer(trickles);
        await StartAsync();
        scene.Restart(From(server));
        var pass = InLoopAsync();
        await server.Arrival.WaitAsync(Limit);

        foreach (var (env, wanted) in new[] { ("prod", "clusters: brief; unselected: lasting"), ("dev", "clusters: lasting; unselected: brief"), ("none", "clusters: ; unselected: brief, lasting") })
        {
            scene.Build = new() { Selectors = [StateFixture.Selector("env", env)] };
            scene.Reload(From(server));
            await UntilAsync(() => pass.IsCompleted || InForce().StartsWith(wanted + ";", StringComparison.Ordinal));
        }

        pass.IsCompleted.ShouldBeFalse("the fetch goes on");
        server.Arrivals.ShouldBe(1, "reloads do not keep it from its end");
        await EndAsync();
    }

    [Fact]
    public async Task A_reload_that_names_another_repository_does_not_wait_for_the_old_one()
    {
        using var server = new StallingServer(trickles: true);
        await StartAsync();
        scene.Restart(From(server));
        var pass = InLoopAsync();
        await server.Arrival.WaitAsync(Limit);

        scene.Second.Commit("all.yaml", string.Join("\n---\n", StateFixture.Cluster("lasting"), StateFixture.Role("other"), StateFixture.User("other", "other")) + "\n");
        scene.Reload(SourceScene.Options(scene.Second));

        var result = await pass.WaitAsync(Limit);
        (result.Outcome, result.Trigger).ShouldBe((PassOutcome.Applied, "command"), result.Error);
        scene.Registry.Current.State.Users.Keys.ShouldBe(["other"]);
        await server.Hangup.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_daemon_that_has_no_state_yet_takes_a_reload_into_its_first_one()
    {
        using var server = new StallingServer(trickles: true);
        scene.First.Commit("cluster.yaml", StateFixture.Cluster("a", "env: dev") + "\n---\n" + StateFixture.Cluster("b", "env: prod") + "\n");
        scene.Start(From(server));
        var pass = FirstAsync();
        await server.Arrival.WaitAsync(Limit);

        scene.Build = new() { Selectors = [StateFixture.Selector("env", "prod")] };
        scene.Reload(SourceScene.Options(scene.First));

        (await pass.WaitAsync(Limit)).Outcome.ShouldBe(PassOutcome.Applied);
        scene.Registry.Current.State.Clusters.Keys.ShouldBe(["b"]);
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
        scene.Dispose();
    }

    /// <summary>Its deadline is far away; what the child itself does about silence takes half a minute.</summary>
    private static GitRepositoryOptions From(StallingServer server) => new() { Url = server.Url, Timeout = TimeSpan.FromHours(1) };

    /// <summary>The pass with which a daemon starts.</summary>
    private Task<PassResult> FirstAsync()
    {
        var pass = scene.Loop.PassAsync(new("start"), stopping.Token);
        running = pass;
        return pass;
    }

    /// <summary>The first pass of the running loop.</summary>
    private Task<PassResult> InLoopAsync()
    {
        var pass = scene.Loop.SyncNowAsync(new("command"), CancellationToken.None);
        running = scene.Loop.RunAsync(stopping.Token);
        return pass;
    }

    private async Task StartAsync()
    {
        foreach (var (name, expires, env) in new[] { ("brief", "2026-06-01T01:00:00Z", "prod"), ("lasting", "2030-01-01T00:00:00Z", "dev") })
        {
            scene.First.Write(
                $"{name}.yaml",
                string.Join(
                    "\n---\n",
                    StateFixture.Cluster(name, $"env: {env}", expires: expires),
                    StateFixture.Role(name).Replace($"{{name: {name}}}", $"{{name: {name}, expires: \"{expires}\"}}", StringComparison.Ordinal),
                    StateFixture.User(name, expires: expires),
                    StateFixture.Lock(name, expires: expires)) + "\n");
        }

        scene.First.CommitAll();
        scene.Start(SourceScene.Options(scene.First));
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
    }

    private string InForce()
    {
        var state = scene.Registry.Current.State;
        return $"clusters: {Names(state.Clusters.Keys)}; unselected: {Names(state.Unselected.Keys)}; roles: {Names(state.Roles.Keys)}; users: {Names(state.Users.Keys)}; locks: {Names(state.Locks.Keys)}";

        static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Told to stop, the loop is over, also in the middle of a fetch.</summary>
    private async Task EndAsync()
    {
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running.WaitAsync(Limit));
    }
}
