using System.Globalization;

namespace Tidegate.Hosting;

/// <summary>
/// Answers systemd's watchdog twice in each of its periods, but only while the program says that it is healthy: a daemon that hangs is then
/// restarted. Source: sd_watchdog_enabled(3).
/// </summary>
internal sealed partial class Watchdog : IDisposable
{
    private readonly SdNotify notify;
    private readonly Func<bool> isHealthy;
    private readonly ILogger<Watchdog> logger;
    private readonly ITimer timer;
    private bool wasHealthy = true;

    private Watchdog(TimeSpan period, SdNotify notify, Func<bool> isHealthy, TimeProvider time, ILogger<Watchdog> logger)
    {
        this.notify = notify;
        this.isHealthy = isHealthy;
        this.logger = logger;
        timer = time.CreateTimer(static state => ((Watchdog)state!).Answer(), this, TimeSpan.Zero, period / 2);
    }

    /// <summary>Starts as <c>$WATCHDOG_USEC</c> and <c>$WATCHDOG_PID</c> say.</summary>
    /// <param name="isHealthy">Called on a thread of the pool; must return soon. One that throws says no.</param>
    /// <returns>Null when systemd does not watch this process.</returns>
    public static Watchdog? FromEnvironment(SdNotify notify, Func<bool> isHealthy, TimeProvider time, ILogger<Watchdog> logger) =>
        PeriodOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"), Environment.ProcessId) is { } period
            ? Start(period, notify, isHealthy, time, logger)
            : null;

    /// <param name="period">How long systemd waits for an answer.</param>
    public static Watchdog Start(TimeSpan period, SdNotify notify, Func<bool> isHealthy, TimeProvider time, ILogger<Watchdog> logger) =>
        new(period, notify, isHealthy, time, logger);

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

    public void Dispose() => timer.Dispose();

    private void Answer()
    {
        var healthy = Ask();
        if (healthy)
        {
            notify.Watchdog();
        }

        if (healthy != wasHealthy)
        {
            wasHealthy = healthy;
            if (healthy)
            {
                Log.HealthyAgain(logger);
            }
            else
            {
                Log.Unhealthy(logger);
            }
        }
    }

    private bool Ask()
    {
        try
        {
            return isHealthy();
        }
        catch (Exception e)
        {
            Log.CheckFailed(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 3, LogLevel.Error, "The check of the daemon's health failed")]
        public static partial void CheckFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventIds.Hosting + 4, LogLevel.Error, "The daemon is not healthy; systemd restarts it unless that changes")]
        public static partial void Unhealthy(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 5, LogLevel.Information, "The daemon is healthy again")]
        public static partial void HealthyAgain(ILogger logger);
    }
}
