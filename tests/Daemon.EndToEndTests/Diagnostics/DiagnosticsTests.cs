using System.Net;
using System.Net.Sockets;
using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Metrics;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Diagnostics;

/// <summary>Health and metrics of the program as a process, through the states that it goes through.</summary>
public sealed class DiagnosticsTests : IAsyncLifetime
{
    private readonly IPEndPoint diag = new(IPAddress.Loopback, FreePort.Next());
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync()
    {
        folder.Configure("nodename: gate-1", $"nodename: gate-1\n  diag_addr: {diag}");
        cluster = await folder.PushClusterAsync(("elsewhere", "{env: staging}"));
    }

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Before_the_first_state_it_is_alive_and_not_ready()
    {
        // A git server that takes the connection and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        folder.Configure(folder.Repository, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/clusters.git");
        await using var gate = GateProcess.Launch(folder);

        var ready = await UntilAsync(gate, "/readyz", a => a.Head.Status == 503);
        ready.Body.ShouldStartWith("[-]phase failed: the daemon is starting\n[-]state failed: no commit is in force yet, so nobody has access to anything\n"
            + "[-]listener failed: the proxy does not listen\n[+]audit ok\n");
        ready.Body.ShouldEndWith("readyz check failed\n");
        (await GetAsync("/livez")).Body.ShouldBe("ok\n");
        (await MetricsAsync())["tidegate_process_state"].ShouldBe(3);
    }

    [Fact]
    public async Task It_is_ready_when_it_serves_degraded_without_git_and_not_ready_while_it_drains()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        (await UntilAsync(gate, "/readyz", a => a.Head.Status == 200)).Body.ShouldBe("ok\n");
        (await GetAsync("/livez?verbose")).Body.ShouldBe("[+]sync ok\n[+]listener ok\nlivez check passed\n");
        var before = await MetricsAsync();
        before["tidegate_process_state"].ShouldBe(0);
        before["tidegate_sync_last_completed_pass_timestamp_seconds"].ShouldBeGreaterThan(1.7e9);
        before["tidegate_sync_last_completed_pass_age_seconds"].ShouldBeInRange(0, 600);

        Directory.Move(folder.Repository, folder.Repository + ".away");
        (await gate.SyncAsync()).Outcome.ShouldBe("unreachable");
        var degraded = await GetAsync("/readyz");
        degraded.Head.Status.ShouldBe(200);
        degraded.Body.ShouldContain("[!]sync degraded: the repository could not be read, in ");
        degraded.Body.ShouldNotContain(folder.Path);
        var away = await MetricsAsync();
        away["tidegate_process_state"].ShouldBe(2);
        away["tidegate_sync_passes_total{result=\"unreachable\",trigger=\"command\"}"].ShouldBe(1);

        // An open stream holds the drain up for as long as drain_timeout lets it.
        using var alice = folder.Client("CN=alice");
        using var log = await alice.GetAsync("/clusters/one/api/v1/pods?watch=true", HttpCompletionOption.ResponseHeadersRead);
        log.StatusCode.ShouldBe(HttpStatusCode.OK);
        var stopped = gate.StopAsync();
        var draining = await UntilAsync(gate, "/readyz", a => a.Head.Status == 503);
        draining.Body.ShouldContain("[-]phase failed: the daemon is stopping; requests under way are finished\n");
        (await GetAsync("/livez")).Head.Status.ShouldBe(200);
        (await stopped).ShouldBe(0);
    }

    [Fact]
    public async Task It_is_not_ready_while_audit_records_cannot_be_written_and_recovers_without_a_request()
    {
        // A file below a folder that becomes a file: as if the disk were gone.
        var folderOfLog = Path.Combine(folder.Path, "log");
        Directory.CreateDirectory(folderOfLog);
        folder.Configure($"{folder.Path}/audit.log", $"{folderOfLog}/audit.log");
        await using var gate = await GateProcess.StartAsync(folder);
        await UntilAsync(gate, "/readyz", a => a.Head.Status == 200);
        using var alice = folder.Client("CN=alice");
        Directory.Move(folderOfLog, folderOfLog + ".away");
        File.WriteAllText(folderOfLog, "");
        await gate.UntilAsync(async () => await StatusOfAsync(alice) == 500);
        var failed = await GetAsync("/readyz");
        failed.Head.Status.ShouldBe(503);
        failed.Body.ShouldContain("[-]audit failed: audit records cannot be written, so requests are refused; the journal says why\n");
        failed.Body.ShouldNotContain(folderOfLog);
        (await GetAsync("/readyz/audit")).Head.Status.ShouldBe(503);
        (await GetAsync("/livez")).Head.Status.ShouldBe(200);
        var now = await MetricsAsync();
        now["tidegate_audit_records_lost_total"].ShouldBeGreaterThan(0);
        now["tidegate_audit_write_failures_total"].ShouldBeGreaterThan(0);
        now["tidegate_kubernetes_server_refused_requests_total{reason=\"audit\"}"].ShouldBeGreaterThan(0);

        File.Delete(folderOfLog);
        Directory.Move(folderOfLog + ".away", folderOfLog);
        await UntilAsync(gate, "/readyz", a => a.Head.Status == 200);
    }

    [Fact]
    public async Task What_is_exposed_is_what_the_table_says_and_promtool_finds_no_fault()
    {
        await using var gate = await GateProcess.StartAsync(folder);
        using (var alice = folder.Client("CN=alice"))
        {
            (await StatusOfAsync(alice)).ShouldBe(200);
        }

        var now = await MetricsAsync(gate, e => e["tidegate_kubernetes_server_api_requests_total{code=\"200\",method=\"get\"}"] == 1
            && e["tidegate_audit_records_written_total"] == 1 && e["tidegate_resources_health_status_healthy{type=\"kubernetes\"}"] == 1);
        now.Types.Where(t => t.Name.StartsWith("tidegate_", StringComparison.Ordinal)).Order()
            .ShouldBe(MetricTable.All.Select(d => (d.Name, d.Type.ToString().ToLowerInvariant())).Order());
        MetricTable.All.Where(d => now.HelpOf(d.Name) != d.Help).ShouldBeEmpty();
        foreach (var metric in MetricTable.All.Where(m => m.Labels.Count > 0))
        {
            now.Series.ShouldContain(s => metric.Labels.All(l => s.Contains(l + "=\"", StringComparison.Ordinal)) && s.StartsWith(metric.Name, StringComparison.Ordinal), metric.Name);
        }

        now["tidegate_registered_clusters"].ShouldBe(1);
        now["tidegate_manifests{kind=\"kube_cluster\"}"].ShouldBe(2);
        now["tidegate_manifests{kind=\"user\"}"].ShouldBe(1);
        now["tidegate_mirror_size_bytes"].ShouldBeGreaterThan(1000);
        now["tidegate_sync_passes_total{result=\"applied\",trigger=\"start\"}"].ShouldBe(1);
        now["tidegate_sync_apply_duration_seconds_count"].ShouldBe(1);
        now["tidegate_certificate_expiry_timestamp_seconds{certificate=\"server\"}"].ShouldBeGreaterThan(1.7e9);
        now["tidegate_certificate_expiry_timestamp_seconds{certificate=\"client_ca\"}"].ShouldBeGreaterThan(1.7e9);
        (await Promtool.CheckAsync(now.Text)).ShouldBe("");
    }

    [Fact]
    public async Task The_page_names_no_cluster_no_person_and_no_file()
    {
        folder.Put("broken.yaml", "kind: user\nversion: v2\nmetadata: {name: bob}\nspec: {rolls: []}\n");
        folder.Push("Break bob");
        await using var gate = await GateProcess.StartAsync(folder);
        var page = (await UntilAsync(gate, "/", a => a.Head.Status == 200)).Body;
        page.ShouldContain("<tr><th>Problems of manifests</th><td>1</td></tr>");
        page.ShouldContain("degraded: 1 problem in the manifests; tidegate status names it");
        page.ShouldContain((await gate.StatusAsync()).Revision!.Id[..12]);
        foreach (var secret in new[] { "elsewhere", "alice", "bob", "broken", "editor", "gate-1", folder.Path, "Ada" })
        {
            page.ShouldNotContain(secret);
        }
    }

    [Fact]
    public async Task A_changed_address_needs_a_restart_and_one_in_use_is_named()
    {
        await using (var gate = await GateProcess.StartAsync(folder))
        {
            folder.Configure($"diag_addr: {diag}", "diag_addr: 127.0.0.1:1");
            await gate.SignalAsync("HUP");
            await gate.UntilAsync(() => Task.FromResult(
                gate.Output.Contains("teleport.diag_addr has changed, which takes effect with the next restart", StringComparison.Ordinal)));
            (await GetAsync("/livez")).Head.Status.ShouldBe(200);
        }

        using var taken = new TcpListener(diag);
        taken.Start();
        folder.Configure("diag_addr: 127.0.0.1:1", $"diag_addr: {diag}");
        var (code, _, error) = await GateProcess.RunAsync("start", "--config", folder.ConfigPath);
        code.ShouldBe(1);
        error.ShouldContain($"error: teleport.diag_addr {diag} cannot be listened on: ");
        error.ShouldNotContain("   at ");
    }

    private static async Task<int> StatusOfAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/clusters/one/version");
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            // Cut off, since its own record could not be written.
            return 0;
        }
    }

    private Task<(RawResponse Head, string Body)> GetAsync(string path) => PlainHttp.GetAsync(diag, path);

    private async Task<Exposition> MetricsAsync() => new((await GetAsync("/metrics")).Body);

    private async Task<Exposition> MetricsAsync(GateProcess gate, Func<Exposition, bool> holds)
    {
        Exposition? now = null;
        await gate.UntilAsync(async () => holds(now = await MetricsAsync()));
        return now!;
    }

    private async Task<(RawResponse Head, string Body)> UntilAsync(GateProcess gate, string path, Func<(RawResponse Head, string Body), bool> holds)
    {
        var answer = default((RawResponse Head, string Body));
        await gate.UntilAsync(async () =>
        {
            try
            {
                return holds(answer = await GetAsync(path));
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return answer;
    }
}
