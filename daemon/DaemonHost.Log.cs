using Tidegate.Configuration;
using Tidegate.Hosting;
using Tidegate.Values;

namespace Tidegate;

internal sealed partial class DaemonHost
{
    /// <summary>To the person at the terminal, or to the journal with its fields: standard error would arrive there without.</summary>
    private static void ReportInvalid(IReadOnlyList<Problem> errors)
    {
        if (!JournalStream.IsConnected())
        {
            Console.Error.Write(string.Concat(errors.Select(e => $"error: {e}\n")));
            return;
        }

        using var loggers = LogSetup.Create(LogOptions.Default);
        var logger = loggers.CreateLogger<DaemonHost>();
        foreach (var error in errors)
        {
            Log.Invalid(logger, error.ToString(), error.File, error.Line, error.Field);
        }
    }

    /// <summary>Where the log goes to the terminal one line is enough, and where standard error goes to the journal the one with its fields.</summary>
    private static void ReportStartFailure(LogOutput output, ILogger logger, string reason)
    {
        var inJournal = JournalStream.IsConnected();
        if (inJournal || output is LogOutput.Journald or LogOutput.File)
        {
            Log.CannotStart(logger, reason);
        }

        if (!inJournal || output is LogOutput.File)
        {
            Console.Error.WriteLine($"error: {reason}");
        }
    }

    private void ReportLowLimit()
    {
        if (limits.Descriptors.IsLow)
        {
            Log.FewFiles(logger, limits.Descriptors.Limit, limits.Descriptors.Most);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 10, LogLevel.Information, "Tidegate {Version} starts with {Repository}")]
        public static partial void Starting(ILogger logger, string version, string repository);

        [LoggerMessage(EventIds.Hosting + 11, LogLevel.Information, "Ready on {EndPoint}: {Clusters} clusters from commit {Commit}")]
        public static partial void Ready(ILogger logger, System.Net.IPEndPoint endPoint, int clusters, string commit);

        [LoggerMessage(EventIds.Hosting + 12, LogLevel.Information, "Stopping; {Requests} requests are under way")]
        public static partial void Stopping(ILogger logger, int requests);

        [LoggerMessage(EventIds.Hosting + 13, LogLevel.Warning, "Told to stop a second time: ending at once")]
        public static partial void Ending(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 15, LogLevel.Warning, "{Disagreement}")]
        public static partial void OtherAddress(ILogger logger, string disagreement);

        [LoggerMessage(EventIds.Hosting + 16, LogLevel.Information, "Stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 17, LogLevel.Warning, "The limit of open files is {Limit}: no more than {Most} clients can be connected, with no more than {Most} connections to clusters. Raise it: LimitNOFILE= in the unit, else ulimit -n")]
        public static partial void FewFiles(ILogger logger, long limit, int most);

        [LoggerMessage(EventIds.Hosting + 14, LogLevel.Critical, "Cannot start: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);

        [LoggerMessage(EventIds.Configuration + 5, LogLevel.Critical, "The configuration is not valid, the daemon does not start: {Problem}")]
        public static partial void Invalid(ILogger logger, string problem, string file, int line, string field);
    }
}
