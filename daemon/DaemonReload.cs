using Tidegate.Api;
using Tidegate.Configuration;
using Tidegate.Hosting;
using Tidegate.Values;

namespace Tidegate;

/// <summary>
/// Reads the configuration again, for SIGHUP and for <c>tidegate reload</c>. A file that does not load changes nothing: the configuration in force stays.
/// One reload at a time; each tells systemd when it begins and when it ends.
/// </summary>
internal sealed partial class DaemonReload
{
    private readonly string configPath;
    private readonly SdNotify notify;
    private readonly Func<string> status;
    private readonly Action<TidegateConfiguration> apply;
    private readonly ILogger<DaemonReload> logger;
    private readonly System.Threading.Lock gate = new();
    private TidegateConfiguration current;

    /// <param name="status">The line that systemd shows when the reload is over.</param>
    /// <param name="apply">Puts a configuration in force; what it throws about a file leaves the old one in force.</param>
    public DaemonReload(
        string configPath, TidegateConfiguration current, SdNotify notify, Func<string> status, Action<TidegateConfiguration> apply, ILogger<DaemonReload> logger)
    {
        this.configPath = configPath;
        this.current = current;
        this.notify = notify;
        this.status = status;
        this.apply = apply;
        this.logger = logger;
    }

    /// <summary>The configuration in force.</summary>
    public TidegateConfiguration Current => Volatile.Read(ref current);

    /// <summary>Reads the file and puts it in force. Never throws for what is wrong with a file.</summary>
    public ReloadView Run()
    {
        lock (gate)
        {
            notify.Reloading();
            var result = ReadAndApply();
            foreach (var error in result.Errors)
            {
                Log.NotReloaded(logger, error);
            }

            notify.Ready(status());
            return result;
        }
    }

    private ReloadView ReadAndApply()
    {
        var read = ConfigurationFiles.ReadVerified(configPath);
        if (read.Configuration is not { } changed)
        {
            return new(configPath, [], [], [], [.. read.Errors.Select(e => e.ToString())]);
        }

        try
        {
            apply(changed);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return new(configPath, [], [], [], [e.Message]);
        }

        var (before, needingRestart) = (current, DaemonOptions.NeedingRestart(current, changed));
        Volatile.Write(ref current, changed);
        Report(logger, read.Warnings);
        foreach (var setting in needingRestart)
        {
            Log.NeedsRestart(logger, setting);
        }

        Log.Reloaded(logger, configPath);
        return new(configPath, WrittenSettings.Differing(before.Written, changed.Written), needingRestart, [.. read.Warnings.Select(w => w.ToString())], []);
    }

    /// <summary>Logs what is odd about a configuration that is in force all the same.</summary>
    public static void Report(ILogger logger, IReadOnlyList<Problem> problems)
    {
        foreach (var problem in problems)
        {
            Log.Warned(logger, problem.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Configuration + 1, LogLevel.Warning, "{Problem}")]
        public static partial void Warned(ILogger logger, string problem);

        [LoggerMessage(EventIds.Configuration + 2, LogLevel.Information, "Read {File} again")]
        public static partial void Reloaded(ILogger logger, string file);

        [LoggerMessage(EventIds.Configuration + 3, LogLevel.Error, "The configuration is not reloaded, the one in force stays: {Reason}")]
        public static partial void NotReloaded(ILogger logger, string reason);

        [LoggerMessage(EventIds.Configuration + 4, LogLevel.Warning, "{Setting} has changed, which takes effect with the next restart")]
        public static partial void NeedsRestart(ILogger logger, string setting);
    }
}
