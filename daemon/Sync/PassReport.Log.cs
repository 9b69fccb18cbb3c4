namespace Tidegate.Sync;

internal sealed partial class PassReport
{
    /// <summary>What a message does not name is a field all the same: the full commit id as REVISION, the place of a problem.</summary>
    private static partial class Log
    {
        [LoggerMessage(EventIds.Sync + 1, LogLevel.Information, "Applied commit {Commit} \"{Subject}\": {Changes} changes, {Problems} problems, {Milliseconds} ms, {FetchMilliseconds} of them to fetch it")]
        public static partial void Applied(
            ILogger logger, string commit, string subject, int changes, int problems, long milliseconds, long fetchMilliseconds, string revision, string author);

        [LoggerMessage(EventIds.Sync + 2, LogLevel.Debug, "Nothing new: commit {Commit} is in force ({Milliseconds} ms)")]
        public static partial void Unchanged(ILogger logger, string commit, long milliseconds);

        [LoggerMessage(EventIds.Sync + 4, LogLevel.Information, "{Kind} {Name} has been {Change}")]
        public static partial void Changed(ILogger logger, string kind, string name, string change, string revision);

        [LoggerMessage(EventIds.Sync + 5, LogLevel.Warning, "{Problem}{Consequence}")]
        public static partial void DocumentRejected(
            ILogger logger, string problem, string consequence, string file, int line, string field, string? resource, string? cluster, string? revision);

        [LoggerMessage(EventIds.Sync + 20, LogLevel.Warning, "Applied commit {Commit} \"{Subject}\" in part: {Rejected} documents are not valid and are left out or stay as they were; {Changes} changes, {Milliseconds} ms")]
        public static partial void PartlyApplied(
            ILogger logger, string commit, string subject, int rejected, int changes, long milliseconds, string revision, string author);

        [LoggerMessage(EventIds.Sync + 21, LogLevel.Information, "{Document} has no problem any more")]
        public static partial void DocumentRecovered(ILogger logger, string document, string file, string? resource, string? cluster, string? revision);

        [LoggerMessage(EventIds.Sync + 22, LogLevel.Warning, "The repository cannot be fetched, what is in force stays: {Reason}")]
        public static partial void FetchFailing(ILogger logger, string reason, string trigger);

        [LoggerMessage(EventIds.Sync + 23, LogLevel.Error, "The repository still cannot be fetched, {Attempts} attempts since {Since:u}: {Reason}")]
        public static partial void FetchStillFailing(ILogger logger, long attempts, DateTimeOffset since, string reason);

        [LoggerMessage(EventIds.Sync + 24, LogLevel.Information, "The repository can be fetched again, after {Attempts} failed attempts in {Seconds} s")]
        public static partial void FetchRecovered(ILogger logger, long attempts, long seconds);

        [LoggerMessage(EventIds.Sync + 25, LogLevel.Error, "Removals are held: {Reason}")]
        public static partial void RemovalHeld(ILogger logger, string reason, string revision, string author, string resources, string confirmation);

        [LoggerMessage(EventIds.Sync + 60, LogLevel.Information, "No removal is held any more")]
        public static partial void RemovalReleased(ILogger logger);

        [LoggerMessage(EventIds.Sync + 26, LogLevel.Error, "Commit {Commit} is not applied, what is in force stays: {Reason}")]
        public static partial void Rejected(ILogger logger, string commit, string revision, string reason);

        [LoggerMessage(EventIds.Sync + 27, LogLevel.Information, "Cluster {Cluster} has been registered by commit {Commit}")]
        public static partial void Registered(ILogger logger, string cluster, string commit, string revision);

        [LoggerMessage(EventIds.Sync + 28, LogLevel.Information, "Cluster {Cluster} has been updated by commit {Commit}: {Details}")]
        public static partial void Updated(ILogger logger, string cluster, string commit, string details, string revision);

        [LoggerMessage(EventIds.Sync + 29, LogLevel.Information, "Cluster {Cluster} has been unregistered by commit {Commit}")]
        public static partial void Unregistered(ILogger logger, string cluster, string commit, string revision);

        [LoggerMessage(EventIds.Sync + 41, LogLevel.Warning, "Commit {Commit} is of another source: {Note}")]
        public static partial void SourceChanged(ILogger logger, string note, string commit, string revision);

        [LoggerMessage(EventIds.Sync + 42, LogLevel.Warning, "Applied commit {Commit} although it does not follow the one before: {Note}")]
        public static partial void HistoryRewritten(ILogger logger, string commit, string note, string revision, string? before, string author);

        [LoggerMessage(EventIds.Sync + 43, LogLevel.Warning, "Followed a tag to commit {Commit}: {Note}")]
        public static partial void TagMoved(ILogger logger, string commit, string note, string revision, string? before, string author);

        [LoggerMessage(EventIds.Sync + 44, LogLevel.Error, "Commit {Commit} is held, what is in force stays: {Reason}")]
        public static partial void TagHeld(ILogger logger, string commit, string revision, string reason, string? author);
    }
}
