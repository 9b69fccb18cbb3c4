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

        [LoggerMessage(EventIds.Hosting + 15, LogLevel.Warning, "{Disagreement}")]
        public static partial void OtherAddress(ILogger logger, string disagreement);

        [LoggerMessage(EventIds.Hosting + 16, LogLevel.Information, "Stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 14, LogLevel.Critical, "Cannot start: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);
    }
}
