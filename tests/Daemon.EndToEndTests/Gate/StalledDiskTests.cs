using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Tidegate.Simulation;
using Tidegate.Tests;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>The disk that holds data_dir does not answer: what takes access away is in force all the same, it is said within seconds, and the daemon lives.</summary>
public sealed class StalledDiskTests : IAsyncLifetime
{
    private const string Pods = "/clusters/one/api/v1/namespaces/default/pods";

    private readonly int diagnostics = FunctionalTests.Infrastructure.FreePort.Next();
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;
    private FrozenDisk disk = null!;

    public async Task InitializeAsync()
    {
        folder.Configure("  nodename: gate-1", $"  nodename: gate-1\n  diag_addr: 127.0.0.1:{diagnostics}");
        cluster = await folder.PushClusterAsync();
        folder.PutPeople("alice", "bob", "carol");
        folder.Push("People");
        disk = new(folder);
    }

    public async Task DisposeAsync()
    {
        disk.Dispose();
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Locks_are_in_force_while_nothing_can_be_stored_and_readyz_says_so_within_seconds()
    {
        using var bob = folder.Client("CN=bob");
        using var carol = folder.Client("CN=carol");
        using var alice = folder.Client("CN=alice");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{diagnostics}") };
        await using (var gate = await GateProcess.StartAsync(folder))
        {
            (await StatusOf(bob)).ShouldBe(HttpStatusCode.OK);
            MoveMirror();
            folder.PutLock("warm-up", "nobody");
            folder.Push("The moved mirror is used");
            await gate.SyncAsync();

            using (disk.Freeze())
            {
                folder.PutLock("bob-out", "bob");
                folder.Push("Lock bob");
                var pushed = PromisedTime.Start();
                await gate.UntilAsync(async () => await StatusOf(bob) == HttpStatusCode.Forbidden);
                await gate.UntilAsync(async () => (await SyncCheckAsync(client)).Contains("has not answered", StringComparison.Ordinal));
                pushed.ShouldBeKept(TimeSpan.FromSeconds(25));

                // The loop goes on: what comes next is in force as well, and whoever asks is told.
                folder.PutLock("carol-out", "carol");
                folder.Push("Lock carol");
                await gate.UntilAsync(async () => await StatusOf(carol) == HttpStatusCode.Forbidden);
                var pass = await gate.SyncAsync();
                pass.Outcome.ShouldBe("unchanged");
                pass.NotStored!.ShouldContain("has not answered");
                (await client.GetAsync("/livez")).StatusCode.ShouldBe(HttpStatusCode.OK);
                (await StatusOf(alice)).ShouldBe(HttpStatusCode.OK);
            }

            await gate.UntilAsync(async () => (await gate.SyncAsync()).NotStored is null);
            (await SyncCheckAsync(client)).ShouldNotContain("has not answered");
            await gate.KillAsync();
        }

        Directory.Move(folder.Repository, folder.Repository + ".away");
        await using var again = await GateProcess.StartAsync(folder);
        (await again.StatusAsync()).Revision!.Subject.ShouldBe("Lock carol");
        (await StatusOf(bob)).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusOf(carol)).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusOf(alice)).ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Fetches go on when the other disk does not answer.</summary>
    private void MoveMirror()
    {
        var (inside, outside) = (Path.Combine(folder.Path, "data", "repository.git"), Path.Combine(folder.Path, "mirror.git"));
        using (var copy = Process.Start("cp", ["-a", inside, outside]))
        {
            copy.WaitForExit();
        }

        Directory.Delete(inside, recursive: true);
        Directory.CreateSymbolicLink(inside, outside);
    }

    private static async Task<HttpStatusCode> StatusOf(HttpClient client)
    {
        using var answer = await client.GetAsync(Pods);
        return answer.StatusCode;
    }

    private static async Task<string> SyncCheckAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/readyz?format=json");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, "it serves");
        using var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return report.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "sync").ToString();
    }
}
