using System.Collections.Concurrent;
using Tidegate.Upstream;
using Tidegate.Values;

namespace Tidegate.Health;

/// <summary>
/// Keeps the conditions of the clusters, by what checks and requests find out, and says what is wrong with one when it begins, hourly, and when it is over.
/// A finding changes nothing but that: a cluster that is away today is served tomorrow.
/// </summary>
internal sealed partial class ClusterHealth(TimeProvider time, ILogger<ClusterHealth> logger)
{
    private readonly ConcurrentDictionary<string, Trouble> troubles = new(StringComparer.Ordinal);

    /// <summary>Raised when a request has changed what is known of a cluster, so that somebody looks at it; handlers must not block.</summary>
    public event Action<string, UpstreamCluster>? Doubted;

    /// <summary>Clusters that were found wanting and not well since.</summary>
    public ICollection<string> Wanting => troubles.Keys;

    /// <summary>Takes note of what a check found.</summary>
    public void Checked(string name, UpstreamCluster upstream, ClusterFinding finding)
    {
        upstream.Observe(finding);
        if (finding.Kind == FindingKind.Well)
        {
            Well(name);
            return;
        }

        var trouble = troubles.GetOrAdd(name, static (_, clock) => new(new(clock)), time);
        var news = trouble.Run.Failed($"{finding.Kind}: {finding.Reason}", out var span);
        if (news == FailureNews.Began && trouble.IsSaidOfRequests && finding.Kind == FindingKind.Unreachable)
        {
            news = FailureNews.None;
        }

        Say(name, finding, news, span);
    }

    /// <summary>Takes note of what a request to a cluster came to grief with. It is true at once; what is new is looked at at once too, and then said.</summary>
    public void Found(string name, UpstreamCluster upstream, ClusterFinding finding)
    {
        var before = upstream.Observe(finding);
        if (before.All.Select(c => c.Condition.Status).SequenceEqual(upstream.Conditions.All.Select(c => c.Condition.Status)))
        {
            return;
        }

        if (finding.Kind == FindingKind.Unreachable)
        {
            // Whoever forwards has said so.
            troubles.GetOrAdd(name, static (_, clock) => new(new(clock)), time).IsSaidOfRequests = true;
        }

        Doubted?.Invoke(name, upstream);
    }

    /// <summary>A cluster has carried out a person's request: where something was found wanting, it is time to look again.</summary>
    public void Served(string name, UpstreamCluster upstream)
    {
        if (upstream.Conditions.IsWell == false && troubles.TryGetValue(name, out var trouble) && trouble.MayLookAgain(time))
        {
            Doubted?.Invoke(name, upstream);
        }
    }

    /// <summary>A cluster is no longer registered.</summary>
    public void Forget(string name) => troubles.TryRemove(name, out _);

    private void Well(string name)
    {
        if (troubles.TryRemove(name, out var trouble) && trouble.Run.Succeeded(out var span) && !trouble.IsSaidOfRequests)
        {
            Log.Recovered(logger, name, span.Attempts, (long)span.Lasted.TotalSeconds);
        }
        else
        {
            Log.Checked(logger, name);
        }
    }

    private void Say(string name, ClusterFinding finding, FailureNews news, FailureSpan span)
    {
        switch (news, finding.Kind)
        {
            case (FailureNews.Began, FindingKind.MayNotImpersonate):
                Log.CannotImpersonate(logger, name, finding.Reason);
                break;
            case (FailureNews.Began, FindingKind.CredentialRefused):
                Log.CredentialRefused(logger, name, finding.Reason);
                break;
            case (FailureNews.Began, _):
                Log.NoAnswer(logger, name, finding.Reason);
                break;
            case (FailureNews.GoesOn, _):
                Log.StillWanting(logger, name, span.Attempts, span.Since, finding.Reason);
                break;
            default:
                Log.CheckedAgain(logger, name, finding.Reason);
                break;
        }
    }

    private sealed class Trouble(FailureRun run)
    {
        private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);

        private long lookedAt;
        private volatile bool isSaidOfRequests;

        public FailureRun Run { get; } = run;

        /// <summary>Whether it began with requests that failed, which are told of where they are forwarded.</summary>
        public bool IsSaidOfRequests
        {
            get => isSaidOfRequests;
            set => isSaidOfRequests = value;
        }

        /// <summary>Once in a while, however many requests there are.</summary>
        public bool MayLookAgain(TimeProvider time)
        {
            var last = Interlocked.Read(ref lookedAt);
            return (last == 0 || time.GetElapsedTime(last) >= Calm) && Interlocked.CompareExchange(ref lookedAt, time.GetTimestamp(), last) == last;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Health + 1, LogLevel.Warning, "Cluster {Cluster}: the credential of its kubeconfig may not impersonate {Resources}; requests through the gate are refused there. Bind a ClusterRole with the verb impersonate to it")]
        public static partial void CannotImpersonate(ILogger logger, string cluster, string resources);

        [LoggerMessage(EventIds.Health + 2, LogLevel.Warning, "Cluster {Cluster} could not be checked: {Reason}. It is registered and is served as soon as it answers")]
        public static partial void NoAnswer(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Health + 3, LogLevel.Debug, "Cluster {Cluster} answers and lets the gate impersonate")]
        public static partial void Checked(ILogger logger, string cluster);

        [LoggerMessage(EventIds.Health + 4, LogLevel.Information, "Cluster {Cluster} answers and lets the gate impersonate, after {Attempts} failed checks in {Seconds} s")]
        public static partial void Recovered(ILogger logger, string cluster, long attempts, long seconds);

        [LoggerMessage(EventIds.Health + 5, LogLevel.Warning, "Cluster {Cluster} is still not well, {Attempts} checks since {Since:u}: {Reason}")]
        public static partial void StillWanting(ILogger logger, string cluster, long attempts, DateTimeOffset since, string reason);

        [LoggerMessage(EventIds.Health + 6, LogLevel.Debug, "Cluster {Cluster} was checked again and is not well: {Reason}")]
        public static partial void CheckedAgain(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Health + 7, LogLevel.Warning, "Cluster {Cluster} does not accept the credential of its kubeconfig: {Reason}; requests through the gate are answered 502 there. Make a new token or certificate and commit the kubeconfig")]
        public static partial void CredentialRefused(ILogger logger, string cluster, string reason);
    }
}
