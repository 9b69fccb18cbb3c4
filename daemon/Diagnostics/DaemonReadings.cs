using Tidegate.Limits;
using Tidegate.Listener;
using Tidegate.Metrics;
using Tidegate.State;
using Tidegate.Sync;

namespace Tidegate.Diagnostics;

/// <summary>Reads the daemon's parts for the metrics, and follows the passes of its sync loop.</summary>
internal sealed class DaemonReadings
{
    private readonly DaemonParts parts;
    private readonly HealthChecks ready;
    private readonly SyncMetrics metrics;
    private readonly string mirror;
    private readonly TimeProvider time;
    private readonly long startedAt;
    private volatile Completed? completed;

    /// <param name="mirror">The folder of the mirror.</param>
    public DaemonReadings(DaemonParts parts, HealthChecks ready, SyncMetrics metrics, string mirror, TimeProvider time)
    {
        this.parts = parts;
        this.ready = ready;
        this.metrics = metrics;
        this.mirror = mirror;
        this.time = time;
        startedAt = time.GetTimestamp();
        parts.Sync.Passed += Count;
    }

    /// <summary>When the last pass ended that was applied or found nothing new; null before the first.</summary>
    public DateTimeOffset? LastCompletedAt => completed?.At;

    public Readings Read()
    {
        var state = parts.Registry.Current.State;
        var material = parts.Tls.Current;
        return new(
            ProcessState(),
            new(state.Clusters.Count, state.Problems.Count, state.Held?.Resources.Count ?? 0, Manifests(state)),
            new(completed?.At, time.GetElapsedTime(completed?.Stamp ?? startedAt)),
            new(DaemonChecks.ServerExpiry(material), DaemonChecks.ClientAuthorityExpiry(material)),
            ClusterCounts.Of(parts.Registry.Current.Clusters, time.GetUtcNow()),
            parts.Load(),
            new(parts.Audit.Written, parts.Audit.Failures, parts.Audit.Lost, parts.Audit.Queued, parts.LogLost()));
    }

    public static LoadReadings LoadOf(PersonLimits limits, AcceptGate gate) => new(
        limits.Descriptors.Taken(DescriptorUse.Client),
        limits.Descriptors.Taken(DescriptorUse.Cluster),
        gate.Handshakes.Count,
        gate.Refusals.Count + gate.Handshakes.EndedForRoom,
        limits.Taken(LimitedUse.HeaderBytes),
        limits.Taken(LimitedUse.BodyBytes));

    private static Dictionary<string, int> Manifests(DesiredState state) => new(StringComparer.Ordinal)
    {
        [ResourceKind.KubeCluster] = state.Clusters.Count + state.Unselected.Count,
        [ResourceKind.Lock] = state.Locks.Count,
        [ResourceKind.Mtls] = state.Connectors.Count,
        [ResourceKind.Role] = state.Roles.Count,
        [ResourceKind.User] = state.Users.Count,
    };

    private int ProcessState() => parts.Phase == DaemonPhase.Starting
        ? 3
        : ready.Run()!.Status switch
        {
            HealthStatus.Ok => 0,
            HealthStatus.Degraded => 2,
            _ => 4,
        };

    private void Count(PassResult pass)
    {
        var isCompleted = pass.Outcome is PassOutcome.Applied or PassOutcome.Unchanged;
        if (isCompleted && !pass.IsLocal)
        {
            completed = new(time.GetUtcNow(), time.GetTimestamp());
        }

        metrics.PassEnded(
            SyncMetrics.Results[(int)pass.Outcome],
            pass.Trigger,
            pass.FetchDuration,
            pass.Outcome == PassOutcome.Applied ? pass.Duration - pass.FetchDuration : null);
        if (pass.Outcome != PassOutcome.Unchanged || pass.Trigger == "start")
        {
            Measure();
        }
    }

    private void Measure()
    {
        try
        {
            var files = new DirectoryInfo(mirror).EnumerateFiles("*", SearchOption.AllDirectories);
            metrics.MirrorMeasured(files.Sum(f => f.Length));
        }
        catch (IOException)
        {
            // Not there yet, or being replaced: the last measure stands until the next pass.
        }
    }

    /// <param name="Stamp">The same moment by a clock that nobody sets.</param>
    private sealed record Completed(DateTimeOffset At, long Stamp);
}
