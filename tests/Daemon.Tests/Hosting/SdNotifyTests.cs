using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Hosting;

namespace Tidegate.Tests.Hosting;

public sealed class SdNotifyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_state_is_one_message(bool isAbstract)
    {
        using var systemd = isAbstract ? NotifyListener.Abstract() : NotifyListener.AtPath();
        var notify = Notify(systemd.Variable);
        notify.IsEnabled.ShouldBeTrue();

        notify.Ready("main@e975cde applied, 3 clusters");
        systemd.Receive().ShouldBe("READY=1\nSTATUS=main@e975cde applied, 3 clusters");
        notify.Status("fetching");
        systemd.Receive().ShouldBe("STATUS=fetching");
        notify.Watchdog();
        systemd.Receive().ShouldBe("WATCHDOG=1");
        notify.Stopping("draining", TimeSpan.FromSeconds(45));
        systemd.Receive().ShouldBe("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=45000000");
        notify.Starting("fetching", TimeSpan.FromSeconds(1.5));
        systemd.Receive().ShouldBe("STATUS=fetching\nEXTEND_TIMEOUT_USEC=1500000");
    }

    [Fact]
    public void A_reload_carries_the_time_that_systemd_compares_with()
    {
        using var systemd = NotifyListener.AtPath();

        var before = MonotonicMicroseconds();
        Notify(systemd.Variable).Reloading();
        var after = MonotonicMicroseconds();

        var lines = systemd.Receive().Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldBe("RELOADING=1");
        lines[1].ShouldStartWith("MONOTONIC_USEC=");
        ulong.Parse(lines[1]["MONOTONIC_USEC=".Length..], CultureInfo.InvariantCulture).ShouldBeInRange(before, after);
    }

    [Fact]
    public void A_status_stays_one_line()
    {
        using var systemd = NotifyListener.AtPath();

        Notify(systemd.Variable).Status($"a\nWATCHDOG=1\u001b{new string('x', 2000)}");

        systemd.Receive().ShouldBe($"STATUS=a WATCHDOG=1 {new string('x', 1024 - 13)}");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("relative/path", false)]
    [InlineData("/", false)]
    [InlineData("@", false)]
    [InlineData("/nobody/listens/here", true)]
    [InlineData("@nobody-listens-here", true)]
    public void Nobody_listening_is_no_error(string? variable, bool enabled)
    {
        var notify = Notify(variable);

        notify.IsEnabled.ShouldBe(enabled);
        Should.NotThrow(() => notify.Ready("ready"));
    }

    [Fact]
    public void A_path_too_long_for_a_socket_is_no_error() => Notify($"/{new string('x', 300)}").IsEnabled.ShouldBeFalse();

    [Fact]
    public void The_variable_is_not_handed_on()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", "@tidegate-test");

        var notify = SdNotify.FromEnvironment(TimeProvider.System, NullLogger<SdNotify>.Instance);

        notify.IsEnabled.ShouldBeTrue();
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET").ShouldBeNull();
    }

    [Fact]
    public void The_watchdog_is_answered_twice_a_period_while_the_daemon_is_healthy()
    {
        using var systemd = NotifyListener.AtPath();
        var time = new FakeTimeProvider();
        Func<string?> answer = () => null;
        using var watchdog = Watchdog.Start(TimeSpan.FromSeconds(10), Notify(systemd.Variable), _ => Task.FromResult(answer()), time, NullLogger<Watchdog>.Instance);

        time.Advance(TimeSpan.Zero);
        systemd.Receive().ShouldBe("WATCHDOG=1");
        time.Advance(TimeSpan.FromSeconds(4.9));
        systemd.IsEmpty.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(0.1));
        systemd.Receive().ShouldBe("WATCHDOG=1");

        answer = () => "the listener is gone";
        time.Advance(TimeSpan.FromSeconds(5));
        answer = () => throw new InvalidOperationException("no answer");
        time.Advance(TimeSpan.FromSeconds(5));
        systemd.IsEmpty.ShouldBeTrue();

        answer = () => null;
        time.Advance(TimeSpan.FromSeconds(5));
        systemd.Receive().ShouldBe("WATCHDOG=1");
        systemd.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "42", 30.0)]
    [InlineData("30000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("soon", null, null)]
    public void The_period_is_systemds_and_for_this_process_only(string? microseconds, string? pid, double? seconds) =>
        (Watchdog.PeriodOf(microseconds, pid, ownPid: 42)?.TotalSeconds).ShouldBe(seconds);

    private static SdNotify Notify(string? variable) => new(variable, TimeProvider.System, NullLogger<SdNotify>.Instance);

    /// <summary>Asks the kernel itself, because the point is that the clock is this one.</summary>
    private static ulong MonotonicMicroseconds()
    {
        const int ClockMonotonic = 1;
        var time = new long[2];
        GetTime(ClockMonotonic, time).ShouldBe(0);
        return (ulong)((time[0] * 1_000_000) + (time[1] / 1000));
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, [Out] long[] time);
}
