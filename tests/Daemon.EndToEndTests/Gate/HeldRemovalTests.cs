using System.Net;
using Tidegate.Api;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>A commit that removes suspiciously much: that waits, and nothing else does, a revocation least of all.</summary>
public sealed class HeldRemovalTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";

    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await folder.PushClusterAsync([.. Enumerable.Range(2, 7).Select(i => ($"c{i}", "{env: dev}"))]);
        folder.PutPeople("alice", "bob", "carol");
        folder.Push("People");
    }

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_lock_and_a_leaver_of_the_same_and_of_a_later_commit_are_in_force_while_the_removals_wait()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using var bob = folder.Client("CN=bob");
        using var carol = folder.Client("CN=carol");
        using var alice = folder.Client("CN=alice");
        using var watch = await bob.GetAsync($"/clusters/c8{Pods}?watch=true", HttpCompletionOption.ResponseHeadersRead);
        watch.StatusCode.ShouldBe(HttpStatusCode.OK);

        RemoveSeven();
        folder.PutPeople("alice", "bob");
        var removal = folder.Push("Tidy clusters");
        (await gate.SyncAsync()).Held!.Removes.Count.ShouldBe(7);
        (await carol.GetAsync($"/clusters/c8{Pods}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "who left in the commit that is held is out");
        (await bob.GetAsync($"/clusters/c8{Pods}")).StatusCode.ShouldBe(HttpStatusCode.OK, "a held cluster is served");

        folder.PutLock("bob-out", "bob");
        folder.Push("Lock bob");
        await gate.UntilAsync(async () => (await bob.GetAsync($"/clusters/c8{Pods}")).StatusCode == HttpStatusCode.Forbidden);
        await (await watch.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromSeconds(120));
        (await alice.GetAsync($"/clusters/c8{Pods}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // It is told everywhere, once in the history, and under the commit that began it.
        for (var i = 0; i < 3; i++)
        {
            (await gate.SyncAsync()).Held!.Revision!.Id.ShouldBe(removal);
        }

        var (code, text, _) = await RunAsync("status");
        code.ShouldBe(0);
        text.ShouldContain($"held: commit {removal[..12]} \"Tidy clusters\" by Ada <ada@example.com> would unregister 7 of 8 clusters");
        text.ShouldContain("  kube_cluster/c8 would be removed");
        text.ShouldContain($"tidegate sync --confirm-removal={removal[..12]}");
        var history = (await gate.Admin.GetAsync("v1/history", ApiJson.Default.HistoryView, CancellationToken.None)).Items;
        history.Where(p => p.Held is not null).ShouldHaveSingleItem().Revision!.Id.ShouldBe(removal);
        (await RunAsync("sync")).ExitCode.ShouldBe(1);

        // And so it stays over a restart without git.
        await gate.KillAsync();
        Directory.Move(folder.Repository, folder.Repository + ".away");
        await using var again = await GateProcess.StartAsync(folder);
        (await again.ClustersAsync()).Count.ShouldBe(8);
        (await bob.GetAsync($"/clusters/c8{Pods}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await carol.GetAsync($"/clusters/c8{Pods}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await again.StatusAsync()).Held!.Revision!.Id.ShouldBe(removal);
        Directory.Move(folder.Repository + ".away", folder.Repository);
        (await again.SyncAsync()).Held!.Removes.Count.ShouldBe(7, "git says the same as before");
    }

    [Fact]
    public async Task A_confirmation_is_of_the_commit_that_was_announced_and_of_no_other()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        RemoveSeven();
        var announced = folder.Push("Tidy clusters");
        (await gate.SyncAsync()).Held!.Revision!.Id.ShouldBe(announced);

        // The gate has not seen this one when somebody confirms the other.
        folder.Remove("kube/one.yaml");
        folder.PutCluster("c2", cluster.GateKubeconfig(), "{env: dev}");
        var other = folder.Push("Tidy otherwise");
        var (code, text, _) = await RunAsync("sync", $"--confirm-removal={announced}");
        code.ShouldBe(1);
        text.ShouldContain($"commit {announced} is not the one that waits, so nothing is removed: commit {other[..12]} \"Tidy otherwise\" by Ada <ada@example.com> would unregister 7 of 8");
        (await gate.ClustersAsync()).Count.ShouldBe(8);

        (await RunAsync("sync", "--confirm-removal=0123456789")).ExitCode.ShouldBe(1);
        (await RunAsync("sync", "--confirm-removal=yes")).Error.ShouldContain("a confirmation names a commit by its id");
        (await RunAsync("sync", "--confirm-removal")).ExitCode.ShouldBe(2);
        (await gate.ClustersAsync()).Count.ShouldBe(8);

        // A commit that removes nothing more leaves it as it was announced.
        folder.PutLock("bob-out", "bob");
        folder.Push("Lock bob");
        (code, text, _) = await RunAsync("sync", $"--confirm-removal={other[..7]}");
        code.ShouldBe(0, text);
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["c2"]);
        (await gate.StatusAsync()).Held.ShouldBeNull();
        (code, text, _) = await RunAsync("sync", $"--confirm-removal={announced}");
        code.ShouldBe(1);
        text.ShouldContain($"no removal of commit {announced} waits for a confirmation");
    }

    [Fact]
    public async Task An_emptied_repository_keeps_what_it_had_and_takes_a_lock_at_once()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using var bob = folder.Client("CN=bob");
        using var alice = folder.Client("CN=alice");
        Directory.Delete(Path.Combine(folder.WorkTree, "kube"), recursive: true);
        folder.Remove("people.yaml");
        folder.PutLock("bob-out", "bob");
        var commit = folder.Push("Oops");
        var (code, text, _) = await RunAsync("plan");
        code.ShouldBe(0);
        text.ShouldContain("would unregister all 8 clusters and would leave nobody with access");

        var held = (await gate.SyncAsync()).Held!;
        held.Removes.Count.ShouldBe(8 + 4);
        (await bob.GetAsync($"/clusters/one{Pods}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await alice.GetAsync($"/clusters/one{Pods}")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await RunAsync("sync", $"--confirm-removal={commit}")).ExitCode.ShouldBe(0);
        (await alice.GetAsync($"/clusters/one{Pods}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await gate.ClustersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Allow_empty_and_a_percentage_of_100_let_a_commit_remove_everything()
    {
        folder.Configure("interval: 1h }", "interval: 1h }\n  prune: { max_removed_percent: 100, allow_empty: yes }");
        await using var gate = await GateProcess.StartAsync(folder);
        Directory.Delete(Path.Combine(folder.WorkTree, "kube"), recursive: true);
        folder.Remove("people.yaml");
        folder.Push("All of it");
        (await gate.SyncAsync()).Held.ShouldBeNull();
        (await gate.ClustersAsync()).ShouldBeEmpty();
        (await gate.StatusAsync()).Users.ShouldBe(0);
    }

    private void RemoveSeven()
    {
        foreach (var i in Enumerable.Range(2, 7))
        {
            folder.Remove($"kube/c{i}.yaml");
        }
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] words) => GateProcess.RunAsync([.. words, "--config", folder.ConfigPath]);
}
