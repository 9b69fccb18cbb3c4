using System.Diagnostics;
using System.Net;
using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>
/// The events that matter to an administrator, brought about for real and read back from a real journal: with their ids, priorities and fields, and explained
/// by its catalogue.
/// </summary>
public sealed class EventTests : IAsyncLifetime
{
    private const string OneMore = "kind: kube_cluster\nversion: v3\nmetadata:\n  name: two\n  labels: {env: dev, broken: 7}\nspec: {}\n";

    private JournalScene scene = null!;

    public async Task InitializeAsync() => scene = await JournalScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_daemon_that_cannot_start_says_why()
    {
        var good = await File.ReadAllTextAsync(scene.Folder.ConfigPath);
        scene.Folder.Write("teleport.yaml", good + "\nnonsense: 1\n");
        (await RunToEndAsync()).ShouldBe(2);
        var invalid = scene.Expect("configuration-invalid", 2, ("FILE", scene.Folder.ConfigPath), ("FIELD", "nonsense"));
        invalid.GetProperty("TIDEGATE_LINE").GetString().ShouldBe($"{good.Split('\n').Length + 1}");

        scene.Folder.Write("teleport.yaml", good);
        Directory.Move(scene.Folder.Repository, scene.Folder.Repository + ".away");
        (await RunToEndAsync()).ShouldBe(1);
        scene.Expect("fetch-failing", 4);
        scene.Expect("cannot-start", 2).GetProperty("MESSAGE").GetString().ShouldStartWith("Cannot start: there is no state to serve yet");
        scene.Journal.Entries("_TRANSPORT=stdout").ShouldBeEmpty("nothing is said twice");
    }

    [Fact]
    public async Task What_happens_to_manifests_is_told_with_cluster_file_and_commit()
    {
        await using var gate = await scene.StartGateAsync();
        scene.Expect("ready", 6, ("CLUSTERS", "1"));
        var first = GateFolder.Git("-C", scene.Folder.WorkTree, "rev-parse", "HEAD").Trim();
        scene.Expect("commit-applied", 5, ("REVISION", first), ("SUBJECT", "Start"), ("AUTHOR", "Ada <ada@example.com>"));
        scene.Expect("cluster-registered", 5, ("CLUSTER", "one"), ("REVISION", first));

        scene.Folder.Put("kube/two.yaml", OneMore);
        var broken = await PushAsync(gate, "Break two");
        scene.Expect("document-rejected", 4, ("FILE", "kube/two.yaml"), ("LINE", "5"), ("CLUSTER", "two"), ("REVISION", broken), ("FIELD", "metadata.labels.broken"));
        scene.Expect("commit-partly-applied", 4, ("REVISION", broken), ("REJECTED", "1"));
        scene.Folder.PutCluster("two", scene.Cluster.GateKubeconfig(), "{env: dev}");
        await PushAsync(gate, "Mend two");
        scene.Expect("document-recovered", 5, ("FILE", "kube/two.yaml"), ("CLUSTER", "two"));
        scene.Folder.PutCluster("two", scene.Cluster.GateKubeconfig(), "{env: prod}");
        await PushAsync(gate, "Move two");
        scene.Expect("cluster-updated", 5, ("CLUSTER", "two"), ("DETAILS", "metadata.labels.env: dev -> prod"));
        using (var alice = scene.Folder.Client("CN=alice"))
        {
            (await alice.GetAsync("/clusters/two/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        scene.Folder.Remove("kube/two.yaml");
        await PushAsync(gate, "Remove two");
        scene.Expect("cluster-unregistered", 5, ("CLUSTER", "two"));

        // One selection for all that is known of a cluster, and of nothing else.
        var entries = scene.Journal.WaitFor(6, "SYSLOG_IDENTIFIER=tidegate", "TIDEGATE_CLUSTER=two");
        entries.Select(e => e.GetProperty("TIDEGATE_EVENT").GetString()).ShouldBe(
            ["document-rejected", "document-recovered", "cluster-registered", "cluster-updated", "request-allowed", "cluster-unregistered"]);

        var text = scene.Journal.Explain(Path.Combine(AppContext.BaseDirectory, "tidegate.catalog"), "TIDEGATE_EVENT=document-rejected");
        text.ShouldContain("Subject: A manifest has a problem");
        text.ShouldContain($"In kube/two.yaml, line 5, of commit");
        text.ShouldContain($"{broken}:");
        text.ShouldContain("Documentation: man:tidegate(8)");
    }

    [Fact]
    public async Task What_an_administrator_must_decide_or_mend_is_told()
    {
        await using var gate = await scene.StartGateAsync();
        await HeldRemovalAsync(gate);

        Directory.Move(scene.Folder.Repository, scene.Folder.Repository + ".away");
        (await gate.SyncAsync()).Outcome.ShouldBe("unreachable");
        (await gate.SyncAsync()).Outcome.ShouldBe("unreachable");
        scene.Expect("fetch-failing", 4);
        Directory.Move(scene.Folder.Repository + ".away", scene.Folder.Repository);
        await gate.SyncAsync();
        scene.Expect("fetch-recovered", 5);
        scene.Journal.Entries("TIDEGATE_EVENT=fetch-failing").Count.ShouldBe(1, "once, however often it fails");
        Directory.Move(Path.Combine(scene.Folder.Path, "data", "repository.git", "objects"), Path.Combine(scene.Folder.Path, "objects"));
        await gate.SyncAsync();
        scene.Expect("mirror-replaced", 4);

        await ReloadsAsync(gate);
        await CertificatesAsync();

        (await gate.StopAsync()).ShouldBe(0);
        scene.Expect("stopping", 6);
        scene.Expect("stopped", 6);
        scene.Folder.Write("data/state.db", "this is no database, not even nearly, and it is long enough for a header of one");
        await using var again = await scene.StartGateAsync();
        scene.Expect("state-rebuilt", 3, ("FILE", Path.Combine(scene.Folder.Path, "data", "state.db")));
    }

    [Fact]
    public async Task What_happens_to_requests_is_told()
    {
        scene.Folder.PutCluster(
            "dead", scene.Cluster.GateKubeconfig().Replace(scene.Cluster.Url, $"https://127.0.0.1:{FreePort.Next()}", StringComparison.Ordinal), "{env: dev}");
        scene.Folder.Push("Add a dead cluster");
        await using var gate = await scene.StartGateAsync();
        scene.Expect("cluster-unreachable", 4, ("CLUSTER", "dead"));
        using var alice = scene.Folder.Client("CN=alice");
        (await alice.GetAsync("/clusters/dead/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await alice.GetAsync("/clusters/dead/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        scene.Expect("cluster-failing", 4, ("CLUSTER", "dead"));

        using var bob = scene.Folder.Client("CN=bob");
        (await bob.GetAsync("/clusters/one/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        scene.Expect("request-denied", 5, ("USER", "bob"), ("CLUSTER", "one"), ("DECISION", "denied"), ("AUDIT", "1"));
        using var eve = scene.Folder.Client(
            "CN=eve", h => h.SslOptions.ClientCertificates = [new TestAuthority("another authority").IssueClientCertificate("CN=eve")]);
        (await eve.GetAsync("/clusters/one/version")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        scene.Expect("client-certificate-refused", 5, ("AUDIT", "1"), ("DECISION", "denied"));

        using var watch = await alice.GetAsync("/clusters/one/api/v1/namespaces/default/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        watch.StatusCode.ShouldBe(HttpStatusCode.OK);
        scene.Folder.PutPeople("carol");
        await PushAsync(gate, "Alice leaves, Carol comes");
        scene.Expect("request-ended", 5, ("USER", "alice"), ("CLUSTER", "one"));
        scene.Journal.Entries("TIDEGATE_EVENT=cluster-failing").Count.ShouldBe(1, "once, however many requests fail");
    }

    private async Task HeldRemovalAsync(GateProcess gate)
    {
        for (var i = 0; i < 8; i++)
        {
            scene.Folder.PutCluster($"more-{i}", scene.Cluster.GateKubeconfig(), "{env: dev}");
        }

        await PushAsync(gate, "Many");
        Directory.Delete(Path.Combine(scene.Folder.WorkTree, "kube"), recursive: true);
        var commit = await PushAsync(gate, "Remove all");
        scene.Expect("removal-held", 3, ("REVISION", commit));
        await gate.SyncAsync();
        (await GateProcess.RunAsync("sync", $"--confirm-removal={commit}", "--config", scene.Folder.ConfigPath)).ExitCode.ShouldBe(0);
        scene.Expect("removal-confirmed", 5, ("UID", "0"), ("REMOVED", "9"), ("REVISION", commit));
        scene.Journal.Entries("TIDEGATE_EVENT=removal-held").Count.ShouldBe(1);
        scene.Expect("removal-released", 5);
    }

    private async Task ReloadsAsync(GateProcess gate)
    {
        var good = await File.ReadAllTextAsync(scene.Folder.ConfigPath);
        scene.Folder.Write("teleport.yaml", good + "\nnonsense: 1\n");
        await gate.SignalAsync("HUP");
        scene.Expect("reload-rejected", 3);
        scene.Folder.Write("teleport.yaml", good.Replace("nodename: gate-1", "nodename: gate-2", StringComparison.Ordinal));
        await gate.SignalAsync("HUP");
        scene.Expect("configuration-reloaded", 5, ("FILE", scene.Folder.ConfigPath));
        scene.Expect("restart-needed", 4, ("SETTING", "teleport.nodename"));
    }

    private async Task CertificatesAsync()
    {
        var path = Path.Combine(scene.Folder.Path, "server.crt");
        var certificate = await File.ReadAllTextAsync(path);
        scene.Folder.Write("server.crt", "-----BEGIN NOTHING-----");
        scene.Expect("certificates-not-loaded", 3);
        scene.Folder.Write("server.crt", certificate + "\n");
        scene.Journal.WaitFor(2, "TIDEGATE_EVENT=certificates-reloaded");
        scene.Expect("certificates-reloaded", 5);
    }

    private async Task<string> PushAsync(GateProcess gate, string subject)
    {
        var commit = scene.Folder.Push(subject);
        await gate.SyncAsync();
        return commit;
    }

    private async Task<int> RunToEndAsync()
    {
        var command = scene.Journal.Command(GateProcess.Program, "start", "--config", scene.Folder.ConfigPath);
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])).ShouldNotBeNull();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }
}
