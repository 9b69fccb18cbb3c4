using System.Collections.Concurrent;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// Which clusters do not answer the requests that are forwarded to them: said when it begins, hourly, and when it is over, not for every request; the audit
/// record of each has its own reason.
/// </summary>
internal sealed partial class ClusterTrouble(TimeProvider time, ILogger<ClusterTrouble> logger)
{
    /// <summary>One request in many that fails is one trouble, not many.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Trouble> troubles = new(StringComparer.Ordinal);
    private volatile bool isAny;

    public void Failed(string cluster, string reason)
    {
        isAny = true;
        var trouble = troubles.GetOrAdd(cluster, static (_, clock) => new(new(clock)), time);
        trouble.LastAt = time.GetTimestamp();
        switch (trouble.Run.Failed(reason, out var span))
        {
            case FailureNews.Began:
                Log.Failing(logger, cluster, reason);
                break;
            case FailureNews.GoesOn:
                Log.StillFailing(logger, cluster, span.Attempts, span.Since, reason);
                break;
        }
    }

    public void Succeeded(string cluster)
    {
        if (isAny && troubles.TryGetValue(cluster, out var trouble) && time.GetElapsedTime(trouble.LastAt) >= Calm && trouble.Run.Succeeded(out var span))
        {
            Log.Recovered(logger, cluster, span.Attempts, (long)span.Lasted.TotalSeconds);
        }
    }

    private sealed class Trouble(FailureRun run)
    {
        private long lastAt;

        public FailureRun Run { get; } = run;

        public long LastAt
        {
            get => Interlocked.Read(ref lastAt);
            set => Interlocked.Exchange(ref lastAt, value);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 3, LogLevel.Warning, "Requests to cluster {Cluster} fail: {Reason}")]
        public static partial void Failing(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Proxy + 5, LogLevel.Information, "Cluster {Cluster} answers requests again; {Attempts} failed in {Seconds} s")]
        public static partial void Recovered(ILogger logger, string cluster, long attempts, long seconds);

        [LoggerMessage(EventIds.Proxy + 6, LogLevel.Warning, "Requests to cluster {Cluster} still fail, {Attempts} since {Since:u}: {Reason}")]
        public static partial void StillFailing(ILogger logger, string cluster, long attempts, DateTimeOffset since, string reason);
    }
}
