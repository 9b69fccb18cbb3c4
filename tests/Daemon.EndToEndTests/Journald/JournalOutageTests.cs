using System.Diagnostics;
using System.Globalization;
using Tidegate.EndToEndTests.Lifecycle;
using Xunit.Abstractions;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>
/// The journal stops under 200 requests a second: no request fails for it, and every record arrives, late. <c>TIDEGATE_OUTAGE_SECONDS=60</c> makes the outage a
/// minute long.
/// </summary>
public sealed class JournalOutageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("TIDEGATE_OUTAGE_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    private JournalScene scene = null!;

    public async Task InitializeAsync() => scene = await JournalScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_journal_that_hangs_costs_no_request_and_no_record()
    {
        await using var gate = await scene.StartGateAsync();
        await using var load = await LoadThroughOutageAsync(scene.Journal.Freeze, scene.Journal.Thaw);

        var records = Records(load.Answered);
        records.ShouldBe(load.Answered, "each request has one record");
        Report("hung", load, records);
        CheckLateness();
    }

    [Fact]
    public async Task A_journal_that_is_gone_costs_no_request_and_only_what_it_had_not_read()
    {
        await using var gate = await scene.StartGateAsync();
        await using var load = await LoadThroughOutageAsync(scene.Journal.Stop, scene.Journal.Start);

        // The killed journal takes with it what it had not read: the test's socket is its own, where systemd keeps a service's for the next one.
        var unread = int.Parse(File.ReadAllText("/proc/sys/net/unix/max_dgram_qlen"), CultureInfo.InvariantCulture) + 1;
        var records = Records(load.Answered - unread);
        records.ShouldBeInRange(load.Answered - unread, load.Answered);
        Report("gone", load, records);
        CheckLateness();
    }

    [Fact]
    public async Task Records_outlive_the_daemon_that_could_not_deliver_them()
    {
        const int Requests = 50;
        await using (var gate = await scene.StartGateAsync())
        {
            using var alice = scene.Folder.Client("CN=alice");
            scene.Journal.Stop();
            for (var i = 0; i < Requests; i++)
            {
                using var answer = await alice.GetAsync($"/clusters/one/api/v1/namespaces/default/pods?limit={i + 1}");
                answer.IsSuccessStatusCode.ShouldBeTrue();
            }

            await gate.KillAsync();
        }

        Directory.GetFiles(scene.Spool).ShouldNotBeEmpty();
        scene.Journal.Start();
        await using var next = await scene.StartGateAsync();

        scene.Expect("audit-spool-delivered", 5, ("DELIVERED", $"{Requests}"));
        scene.Journal.WaitFor(Requests, "TIDEGATE_LATE=1").Count.ShouldBe(Requests);
    }

    /// <returns>The load that has ended, without a request that failed.</returns>
    private async Task<Load> LoadThroughOutageAsync(Action begin, Action end)
    {
        var load = new Load(scene.Folder, LoadKind.Http2);
        await load.MoreAsync(100);
        begin();
        await OutageAsync(load);
        end();
        await load.MoreAsync(200);
        await load.EndAsync();
        load.Failures.ShouldBeEmpty();
        return load;
    }

    private async Task OutageAsync(Load load)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Outage || !WaitOnDisk())
        {
            watch.Elapsed.ShouldBeLessThan(Outage + TimeSpan.FromMinutes(5), "records wait on disk once the journal's socket is full");
            await load.MoreAsync(50);
            load.Failures.ShouldBeEmpty();
        }
    }

    private bool WaitOnDisk() => Directory.GetFiles(scene.Spool).Sum(f => new FileInfo(f).Length) > 0;

    /// <summary>How many requests have a record, once there are that many.</summary>
    private int Records(int expected) => scene.Journal.WaitFor(expected, "TIDEGATE_EVENT=request-allowed", "TIDEGATE_USER=alice")
        .Select(e => e.GetProperty("TIDEGATE_REQUEST_ID").GetString()).Distinct().Count();

    private void CheckLateness()
    {
        scene.Expect("audit-spooling", 4);
        scene.Expect("audit-spool-delivered", 5);
        scene.Journal.Entries("TIDEGATE_EVENT=audit-spooling").Count.ShouldBe(1);
        scene.Journal.Entries("TIDEGATE_EVENT=audit-gap").ShouldBeEmpty();
    }

    private void Report(string what, Load load, int records) => output.WriteLine(
        $"journal {what} for {Outage.TotalSeconds} s: {load.Answered} requests, {load.Failures.Count} failed, longest {load.Longest.TotalMilliseconds} ms, "
        + $"{records} records, {scene.Journal.Entries("TIDEGATE_LATE=1").Count} of them late");
}
