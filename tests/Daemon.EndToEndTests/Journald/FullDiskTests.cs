using System.Net;
using Tidegate.EndToEndTests.Gate;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>The disk that holds data_dir is full, and then it has room again.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const string Pods = "/clusters/one/api/v1/namespaces/default/pods";

    private JournalScene scene = null!;
    private SmallDisk disk = null!;

    public async Task InitializeAsync()
    {
        scene = await JournalScene.StartAsync();
        disk = new(scene.Folder);
    }

    public async Task DisposeAsync()
    {
        disk.Dispose();
        await scene.DisposeAsync();
    }

    /// <param name="next">What the next pass is about: nothing new, or the same commit with another configuration.</param>
    [Theory]
    [InlineData("nothing")]
    [InlineData("reload")]
    public async Task A_state_that_could_not_be_stored_is_in_force_and_is_stored_by_a_later_pass(string next)
    {
        await using (var gate = await scene.StartGateAsync())
        {
            disk.MoveMirror();
            disk.Fill();
            scene.Folder.PutCluster("two", scene.Cluster.GateKubeconfig(), "{env: dev}");
            scene.Folder.Push("Add two");

            // Applied by this pass, or already by the one that the watch on the repository began.
            var pass = await gate.SyncAsync();
            pass.Outcome.ShouldBeOneOf("applied", "unchanged");
            pass.Error.ShouldBeNull();
            (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["one", "two"]);
            scene.Expect("state-not-stored", 3).GetProperty("MESSAGE").GetString()!.ShouldContain("is full: make room");
            await gate.SyncAsync();
            scene.Journal.Entries("TIDEGATE_EVENT=state-not-stored").Count.ShouldBe(1, "once, however often it fails");
            scene.Journal.Entries("TIDEGATE_EVENT=state-stored-again").ShouldBeEmpty();

            disk.MakeRoom();
            if (next == "reload")
            {
                var good = await File.ReadAllTextAsync(scene.Folder.ConfigPath);
                scene.Folder.Write("teleport.yaml", good.Replace("[dev, prod]", "[dev]", StringComparison.Ordinal));
                (await GateProcess.RunAsync("reload", "--config", scene.Folder.ConfigPath)).ExitCode.ShouldBe(0);
            }
            else
            {
                (await gate.SyncAsync()).Outcome.ShouldBe("unchanged");
            }

            scene.Expect("state-stored-again", 5);
            await gate.KillAsync();
        }

        // What was stored is whole: git is away, and the next process has only it.
        Directory.Move(scene.Folder.Repository, scene.Folder.Repository + ".away");
        await using var again = await scene.StartGateAsync();
        (await again.ClustersAsync()).Select(c => c.Name).ShouldBe(["one", "two"]);
    }

    /// <summary>The case: a row of the history fits, the state does not; and the one where nothing does.</summary>
    /// <param name="left">Bytes that the disk has left.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(16 * 1024)]
    [InlineData(48 * 1024)]
    public async Task A_revocation_that_could_not_be_stored_outlives_a_kill_and_a_start_without_git(int left)
    {
        scene.Folder.PutPeople("alice", "bob", "carol", "dora");
        scene.Folder.Push("People");
        string[] names = ["alice", "bob", "carol"];
        var people = names.ToDictionary(n => n, n => scene.Folder.Client($"CN={n}"));
        await using (var gate = await scene.StartGateAsync())
        {
            disk.MoveMirror();
            disk.Fill(left);
            scene.Folder.PutLock("bob-out", "bob");
            scene.Folder.PutPeople("alice", "bob", "dora");
            scene.Folder.Put("large.yaml", string.Concat(Enumerable.Range(0, 400).Select(i => $"---\nkind: user\nversion: v2\nmetadata: {{ name: user-{i} }}\nspec: {{ roles: [] }}\n# {Guid.NewGuid()} {Guid.NewGuid()} {Guid.NewGuid()} {Guid.NewGuid()} {Guid.NewGuid()}\n")));
            scene.Folder.Push("Bob and Carol are out");
            await gate.SyncAsync();
            var unstored = await gate.SyncAsync();
            unstored.NotStored.ShouldNotBeNull();
            (await gate.StatusAsync()).Late!.ShouldContain("not stored");
            var history = (await gate.Admin.GetAsync("v1/history", Tidegate.Api.ApiJson.Default.HistoryView, CancellationToken.None)).Items;
            history[0].Revision!.Subject.ShouldBe("People", "the history does not tell of what is not stored");
            (await StatusOfAsync(people["bob"])).ShouldBe(403);
            (await StatusOfAsync(people["carol"])).ShouldBe(403);
            await gate.KillAsync();
        }

        Directory.Move(scene.Folder.Repository, scene.Folder.Repository + ".away");
        disk.MakeRoom();
        await using var again = await scene.StartGateAsync();
        (await again.StatusAsync()).Revision!.Subject.ShouldBe("People", "that is what could be stored");
        (await StatusOfAsync(people["bob"])).ShouldBe(403);
        (await StatusOfAsync(people["carol"])).ShouldBe(403);
        (await StatusOfAsync(people["alice"])).ShouldBe(200, "nothing was taken from her");
        (await again.StatusAsync()).Problems.ShouldContain(p => p.Message.Contains("is refused until the repository can be read", StringComparison.Ordinal));

        // With the repository it is as git says, and is stored.
        Directory.Move(scene.Folder.Repository + ".away", scene.Folder.Repository);
        scene.Folder.Remove("bob-out.yaml");
        scene.Folder.Push("Bob is back");
        await again.UntilAsync(async () => (await again.SyncAsync()).Outcome is "applied" or "unchanged");
        (await StatusOfAsync(people["bob"])).ShouldBe(200);
        (await StatusOfAsync(people["carol"])).ShouldBe(403);
        (await again.StatusAsync()).Problems.ShouldBeEmpty();
        (await again.StatusAsync()).Late.ShouldBeNull();
    }

    [Fact]
    public async Task Requests_are_refused_while_no_record_can_be_kept_and_the_gap_is_told_afterwards()
    {
        await using var gate = await scene.StartGateAsync();
        using var alice = scene.Folder.Client("CN=alice");
        (await alice.GetAsync(Pods)).StatusCode.ShouldBe(HttpStatusCode.OK);
        scene.Journal.WaitFor(1, "TIDEGATE_EVENT=request-allowed");

        disk.Fill();
        scene.Journal.Stop();
        await gate.UntilAsync(async () => await StatusOfAsync(alice) == (int)HttpStatusCode.InternalServerError);
        disk.MakeRoom();
        scene.Journal.Start();
        await gate.UntilAsync(async () => await StatusOfAsync(alice) == (int)HttpStatusCode.OK);

        scene.Expect("audit-failing", 2).GetProperty("MESSAGE").GetString()!.ShouldContain("requests are refused");
        scene.Expect("audit-recovered", 4);
        scene.Expect("audit-gap", 4);
    }

    private static async Task<int> StatusOfAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync(Pods);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // Cut off, since its own record could not be written.
            return 0;
        }
    }
}
