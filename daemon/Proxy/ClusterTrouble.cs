using System.Collections.Concurrent;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// Which clusters do not answer the requests that are forwarded to them: said when it begins, hourly, and when it is over, not for every request nor for every
/// way in which they fail; the audit record of each has its own reason.
/// </summary>
internal sealed partial class ClusterTrouble(TimeProvider time, ILogger<ClusterTrouble> logger)
{
    /// <summary>One request in many that fails is one trouble, not many.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Trouble> troubles = new(StringComparer.Ordinal);
    private volatile bool isAny;

    /// <summary>A request was not answered, or not whole.</summary>
    public void Failed(string cluster, string reason)
    {
        isAny = true;
        troubles.GetOrAdd(cluster, static (name, with) => new(name, with.time, with.logger), (time, logger)).Failed(reason);
    }

    /// <summary>An answer has begun.</summary>
    public void Answered(string cluster)
    {
        if (isAny && troubles.TryGetValue(cluster, out var trouble))
        {
            trouble.Answered();
        }
    }

    /// <summary>Of one cluster. It is over when an answer has come and no failure for a while, also when nobody asks any more.</summary>
    private sealed class Trouble
    {
        private readonly string cluster;
        private readonly TimeProvider time;
        private readonly ILogger logger;
        private readonly FailureRun run;
        private readonly ITimer calm;
        private readonly Lock access = new();
        private volatile bool isGoingOn;
        private bool isAnswered;
        private long failedAt;

        public Trouble(string cluster, TimeProvider time, ILogger logger)
        {
            this.cluster = cluster;
            this.time = time;
            this.logger = logger;
            run = new(time);
            calm = time.CreateTimer(static t => ((Trouble)t!).EndIfOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Failed(string reason)
        {
            lock (access)
            {
                isGoingOn = true;
                isAnswered = false;
                failedAt = time.GetTimestamp();
                switch (run.Failed("", out var span))
                {
                    case FailureNews.Began:
                        Log.Failing(logger, cluster, reason);
                        break;
                    case FailureNews.GoesOn:
                        Log.StillFailing(logger, cluster, span.Attempts, span.Since, reason);
                        break;
                }
            }
        }

        public void Answered()
        {
            if (!isGoingOn)
            {
                return;
            }

            lock (access)
            {
                if (isGoingOn && !isAnswered)
                {
                    isAnswered = true;
                    EndIfOver();
                }
            }
        }

        private TimeSpan Left => Calm - time.GetElapsedTime(failedAt);

        private void EndIfOver()
        {
            lock (access)
            {
                if (!isAnswered)
                {
                    return;
                }

                if (Left > TimeSpan.Zero)
                {
                    calm.Change(Left, Timeout.InfiniteTimeSpan);
                    return;
                }

                isGoingOn = isAnswered = false;
                if (run.Succeeded(out var span))
                {
                    Log.Recovered(logger, cluster, span.Attempts, (long)span.Lasted.TotalSeconds);
                }
            }
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
