using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;
using Tidegate.Hosting;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Tests.Hosting;

namespace Tidegate.Tests.Sync;

/// <summary>What systemd's watchdog hears of the real loop: a fetch that never ends is the git host's trouble, a pass that never ends is the daemon's.</summary>
public sealed class SyncLoopWatchdogTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(60);

    private readonly NotifyListener systemd = NotifyListener.AtPath();
    private readonly RecordingLogger<Watchdog> log = new();
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task A_fetch_that_never_ends_is_ended_at_its_deadline_and_the_daemon_is_alive()
    {
        // Says that it runs, and then neither answers nor ends.
        var started = Path.GetTempFileName();
        using var scene = new SyncScene(new FetchCommand("/bin/sh", ["-c", $"echo $$ > {started}; read never; exec sleep 1000"]));
        var pass = scene.Loop.PassAsync(new("start"), CancellationToken.None);
        SpinWait.SpinUntil(() => new FileInfo(started).Length > 0, TimeSpan.FromSeconds(120)).ShouldBeTrue("no child started");
        using var watchdog = Watch(scene.Loop);

        Tick().ShouldBe("WATCHDOG=1");
        scene.Time.Advance(SyncScene.FetchTimeout - TimeSpan.FromSeconds(1));
        Tick().ShouldBe("WATCHDOG=1");
        pass.IsCompleted.ShouldBeFalse();
        scene.Time.Advance(TimeSpan.FromSeconds(1));

        var result = await pass.WaitAsync(TimeSpan.FromSeconds(120));
        result.Outcome.ShouldBe(PassOutcome.Unreachable);
        result.Error!.ShouldContain("was not done after 60 s and was ended");
        Directory.Exists($"/proc/{File.ReadAllText(started).Trim()}").ShouldBeFalse("the child is gone");
        Tick().ShouldBe("WATCHDOG=1");
        log.Lines.ShouldBeEmpty();
        File.Delete(started);
    }

    /// <summary>Eight times the timeout, which is longer than a pass may otherwise take.</summary>
    [Fact]
    public async Task A_fetch_whose_deadline_has_grown_is_waited_for()
    {
        var started = Path.GetTempFileName();
        using var scene = new SyncScene(new FetchCommand("/bin/sh", ["-c", $"echo $$ >> {started}; read never; exec sleep 1000"]));
        using var watchdog = Watch(scene.Loop);
        for (var (number, stretch) = (1, 1); stretch <= 8; (number, stretch) = (number + 1, stretch * 2))
        {
            var pass = scene.Loop.PassAsync(new("interval"), CancellationToken.None);
            SpinWait.SpinUntil(() => File.ReadAllLines(started).Length == number, TimeSpan.FromSeconds(120)).ShouldBeTrue("no child started");
            for (var half = 1; half < 2 * stretch; half++)
            {
                scene.Time.Advance(SyncScene.FetchTimeout / 2);
                SpinWait.SpinUntil(() => scene.Loop.WhyNotAlive() is null, TimeSpan.FromSeconds(120)).ShouldBeTrue($"after {half} half minutes of {stretch}");
                pass.IsCompleted.ShouldBeFalse();
            }

            scene.Time.Advance(SyncScene.FetchTimeout / 2);
            (await pass.WaitAsync(TimeSpan.FromSeconds(120))).Outcome.ShouldBe(PassOutcome.Unreachable);
            Tick().ShouldBe("WATCHDOG=1");
        }

        log.Lines.ShouldBeEmpty();
        File.Delete(started);
    }

    [Fact]
    public async Task A_pass_that_hangs_is_answered_until_its_time_is_over_and_then_no_more()
    {
        using var scene = new SyncScene(FetchTests.Command);
        scene.Repository.Commit("a.yaml", "kind: role\nversion: v7\nmetadata: { name: a }\nspec: {}\n");
        using var hanging = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        scene.Registry.Applied += _ =>
        {
            hanging.Set();
            release.Wait();
        };
        var pass = Task.Run(() => scene.Loop.PassAsync(new("start"), CancellationToken.None));
        hanging.Wait(TimeSpan.FromSeconds(120)).ShouldBeTrue("the pass does not come to its end");
        using var watchdog = Watch(scene.Loop);
        Tick().ShouldBe("WATCHDOG=1");

        scene.Time.Advance((2 * SyncScene.FetchTimeout) + TimeSpan.FromMinutes(5));
        Tick().ShouldBe("WATCHDOG=1", "a pass may take so long");
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        clock.Advance(Period / 2);
        log.Until("a line that names the loop", "The daemon is not healthy, and systemd restarts it unless that changes: the sync loop has been in one pass for 421 s");
        clock.Advance(Period / 2);
        systemd.IsEmpty.ShouldBeTrue("systemd must hear nothing");

        release.Set();
        (await pass.WaitAsync(TimeSpan.FromSeconds(120))).Outcome.ShouldBe(PassOutcome.Applied);
        using var stopping = new CancellationTokenSource();
        var loop = scene.Loop.RunAsync(stopping.Token);
        Tick().ShouldBe("WATCHDOG=1");
        log.Lines.ShouldBe([log.Lines[0], "The daemon is healthy again"]);

        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(loop);
        clock.Advance(Period / 2);
        log.Until("a loop that ended", "The daemon is not healthy, and systemd restarts it unless that changes: the sync loop has ended");
        systemd.IsEmpty.ShouldBeTrue();
    }

    public void Dispose() => systemd.Dispose();

    private Watchdog Watch(SyncLoop loop)
    {
        var notify = new SdNotify(systemd.Variable, TimeProvider.System, NullLogger<SdNotify>.Instance);
        var watchdog = Watchdog.Start(Period, notify, _ => Task.FromResult(loop.WhyNotAlive()), clock, log);
        clock.Advance(TimeSpan.Zero);
        systemd.Receive().ShouldBe("WATCHDOG=1");
        return watchdog;
    }

    private string Tick()
    {
        clock.Advance(Period / 2);
        return systemd.Receive();
    }
}
