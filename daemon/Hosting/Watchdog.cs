using System.Globalization;

namespace Tidegate.Hosting;

/// <summary>
/// Answers systemd's watchdog twice in each of its periods, but only while the program says that it is healthy: a daemon that hangs is then
/// restarted. Source: sd_watchdog_enabled(3).
/// </summary>
internal sealed partial class Watchdog : IDisposable
{
    private readonly SdNotify notify;
    private readonly Func<CancellationToken, Task<string?>> whyUnhealthy;
    private readonly ILogger<Watchdog> logger;
    private readonly ITimer timer;
    private readonly CancellationTokenSource ending = new();
    private int asking;
    private string? lastReason;

    private Watchdog(TimeSpan period, SdNotify notify, Func<CancellationToken, Task<string?>> whyUnhealthy, TimeProvider time, ILogger<Watchdog> logger)
    {
        this.notify = notify;
        this.whyUnhealthy = whyUnhealthy;
        this.logger = logger;
        timer = time.CreateTimer(static state => _ = ((Watchdog)state!).AnswerAsync(), this, TimeSpan.Zero, period / 2);
    }

    /// <summary>Starts as <c>$WATCHDOG_USEC</c> and <c>$WATCHDOG_PID</c> say.</summary>
    /// <param name="whyUnhealthy">Called on a thread of the pool; null: all is well, else what is wrong. One that throws, or does not come to an end, says no.</param>
    /// <returns>Null when systemd does not watch this process.</returns>
    public static Watchdog? FromEnvironment(SdNotify notify, Func<CancellationToken, Task<string?>> whyUnhealthy, TimeProvider time, ILogger<Watchdog> logger) =>
        PeriodOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId) is { } period
            ? Start(period, notify, whyUnhealthy, time, logger)
            : null;

    /// <param name="period">How long systemd waits for an answer.</param>
    public static Watchdog Start(TimeSpan period, SdNotify notify, Func<CancellationToken, Task<string?>> whyUnhealthy, TimeProvider time, ILogger<Watchdog> logger) =>
        new(period, notify, whyUnhealthy, time, logger);

    /// <summary>How long systemd waits for an answer.</summary>
    /// <param name="pid">The process meant; null: whoever reads it.</param>
    /// <returns>Null when there is no watchdog for this process.</returns>
    public static TimeSpan? PeriodOf(string? microseconds, string? pid, int ownPid)
    {
        if (pid is not null && pid != ownPid.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        // The longest period of a timer is about 49 days.
        return uint.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? TimeSpan.FromMicroseconds(number)
            : null;
    }

    public void Dispose()
    {
        ending.Cancel();
        timer.Dispose();
    }

    private async Task AnswerAsync()
    {
        if (Interlocked.Exchange(ref asking, 1) == 1)
        {
            Report("the check of its health does not come to an end");
            return;
        }

        var reason = await AskAsync();
        if (reason is null)
        {
            notify.Watchdog();
        }

        if (!ending.IsCancellationRequested)
        {
            Report(reason);
        }

        Volatile.Write(ref asking, 0);
    }

    /// <summary>One line when it becomes unhealthy, one when the reason becomes another, and one when it is healthy again.</summary>
    private void Report(string? reason)
    {
        if (reason == lastReason)
        {
            return;
        }

        lastReason = reason;
        if (reason is null)
        {
            Log.HealthyAgain(logger);
        }
        else
        {
            Log.Unhealthy(logger, reason);
        }
    }

    private async Task<string?> AskAsync()
    {
        try
        {
            return await whyUnhealthy(ending.Token);
        }
        catch (Exception e)
        {
            return $"the check of its health failed: {e.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 4, LogLevel.Error, "The daemon is not healthy, and systemd restarts it unless that changes: {Reason}")]
        public static partial void Unhealthy(ILogger logger, string reason);

        [LoggerMessage(EventIds.Hosting + 5, LogLevel.Information, "The daemon is healthy again")]
        public static partial void HealthyAgain(ILogger logger);
    }
}
