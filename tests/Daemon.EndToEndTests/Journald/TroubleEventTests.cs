using System.Diagnostics;
using System.Globalization;
using System.Net;
using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>The events of trouble that comes from outside, brought about for real and read back from a real journal.</summary>
public sealed class TroubleEventTests : IAsyncLifetime
{
    private JournalScene scene = null!;

    public async Task InitializeAsync() => scene = await JournalScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_credential_that_may_not_impersonate_is_told()
    {
        scene.Folder.PutCluster("weak", scene.Cluster.TokenKubeconfig(scene.Cluster.AddToken("somebody")), "{env: dev}");
        scene.Folder.Push("Add a weak one");
        await using var gate = await scene.StartGateAsync();
        var entry = scene.Expect("impersonation-missing", 3, ("CLUSTER", "weak"));
        entry.GetProperty("TIDEGATE_RESOURCES").GetString().ShouldBe("users, groups, serviceaccounts");
    }

    [Fact]
    public async Task A_commit_without_the_folder_is_told_once()
    {
        scene.Folder.Configure("branch: main", "branch: main, path: kube");
        await using var gate = await scene.StartGateAsync();
        Directory.Delete(Path.Combine(scene.Folder.WorkTree, "kube"), recursive: true);
        var commit = scene.Folder.Push("Remove the folder");
        (await gate.SyncAsync()).Outcome.ShouldBe("rejected");
        (await gate.SyncAsync()).Outcome.ShouldBe("rejected");
        scene.Expect("commit-rejected", 3, ("REVISION", commit));
        scene.Journal.Entries("TIDEGATE_EVENT=commit-rejected").Count.ShouldBe(1);
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_server_certificate_that_has_ended_is_told()
    {
        scene.Folder.PutServerCertificate(days: -1);
        await using var gate = await scene.StartGateAsync();
        scene.Expect("certificate-expires", 2, ("SUBJECT", "CN=localhost"));
    }

    [Fact]
    public async Task A_cluster_that_answers_requests_again_is_told()
    {
        const string Pods = "/clusters/two/api/v1/namespaces/default/pods";
        var good = scene.Cluster.GateKubeconfig();
        scene.Folder.PutCluster("two", good.Replace(scene.Cluster.Url, $"https://127.0.0.1:{FreePort.Next()}", StringComparison.Ordinal), "{env: dev}");
        scene.Folder.Push("Add a dead one");
        await using var gate = await scene.StartGateAsync();
        using var alice = scene.Folder.Client("CN=alice");
        (await alice.GetAsync(Pods)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        scene.Expect("cluster-failing", 4, ("CLUSTER", "two"));

        scene.Folder.PutCluster("two", good, "{env: dev}");
        scene.Folder.Push("Mend it");
        await gate.SyncAsync();

        // Said once ten seconds have passed without a failure: the requests of a person who waits.
        await gate.UntilAsync(async () =>
        {
            (await alice.GetAsync(Pods)).StatusCode.ShouldBe(HttpStatusCode.OK);
            return scene.Journal.Entries("TIDEGATE_EVENT=cluster-recovered").Count > 0;
        });
        scene.Expect("cluster-recovered", 5, ("CLUSTER", "two"), ("ATTEMPTS", "1"));
    }

    [Fact]
    public async Task A_daemon_that_cannot_open_a_connection_is_unhealthy_and_well_again_when_it_can()
    {
        await using var gate = await scene.StartGateAsync(("WATCHDOG_USEC", "4000000"));
        var before = Limit(gate, "1:");

        // On a busy machine there may be another reason before this one.
        await gate.UntilAsync(() => Task.FromResult(scene.Journal.Entries("TIDEGATE_EVENT=unhealthy")
            .Any(e => e.GetProperty("MESSAGE").GetString()!.Contains("does not accept connections", StringComparison.Ordinal))));
        scene.Expect("unhealthy", 3);
        Limit(gate, $"{before}:");
        scene.Expect("healthy-again", 5);
    }

    /// <summary>Sets how many files the daemon may open; those that are open stay.</summary>
    /// <returns>The limit before.</returns>
    private static string Limit(GateProcess gate, string files)
    {
        var pid = gate.Id.ToString(CultureInfo.InvariantCulture);
        var before = Run("prlimit", "--pid", pid, "--nofile", "--output", "SOFT", "--noheadings").Trim();
        Run("prlimit", "--pid", pid, $"--nofile={files}");
        return before;
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
