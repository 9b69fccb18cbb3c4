namespace Tidegate;

internal sealed partial class DaemonHost
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 10, LogLevel.Information, "Tidegate {Version} starts with {Repository}")]
        public static partial void Starting(ILogger logger, string version, string repository);

        [LoggerMessage(EventIds.Hosting + 11, LogLevel.Information, "Ready on {EndPoint}: {Clusters} clusters from commit {Revision}")]
        public static partial void Ready(ILogger logger, System.Net.IPEndPoint endPoint, int clusters, string revision);

        [LoggerMessage(EventIds.Hosting + 12, LogLevel.Information, "Stopping; {Requests} requests are under way")]
        public static partial void Stopping(ILogger logger, int requests);

        [LoggerMessage(EventIds.Hosting + 13, LogLevel.Warning, "Told to stop a second time: ending at once")]
        public static partial void Ending(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 14, LogLevel.Critical, "Cannot start: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);

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
