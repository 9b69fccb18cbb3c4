using Prometheus;

namespace Tidegate.Metrics;

/// <summary>What is known of passes of the sync loop.</summary>
internal sealed class SyncMetrics
{
    /// <summary>The values of the label <c>result</c>.</summary>
    public static readonly IReadOnlyList<string> Results = ["applied", "unchanged", "rejected", "unreachable"];

    /// <summary>The values of the label <c>trigger</c>.</summary>
    public static readonly IReadOnlyList<string> Triggers = ["start", "interval", "watch", "signal", "command", "expiry", "reload", "other"];

    private readonly Counter passes;
    private readonly Histogram fetch;
    private readonly Histogram apply;
    private readonly Gauge mirrorSize;

    public SyncMetrics(MetricRegistry registry)
    {
        passes = registry.Counter(MetricTable.SyncPasses);
        fetch = registry.Histogram(MetricTable.SyncFetch);
        apply = registry.Histogram(MetricTable.SyncApply);
        mirrorSize = registry.Gauge(MetricTable.MirrorSize);

        // A rate can only see a first failure that grew from 0.
        foreach (var result in Results)
        {
            foreach (var trigger in Triggers)
            {
                passes.WithLabels(result, trigger);
            }
        }
    }

    /// <summary>A pass ended.</summary>
    /// <param name="result">One of <see cref="Results"/>.</param>
    /// <param name="fetching">Zero when nothing was fetched.</param>
    /// <param name="applying">Null when nothing was applied.</param>
    public void PassEnded(string result, string trigger, TimeSpan fetching, TimeSpan? applying)
    {
        passes.WithLabels(result, Triggers.Contains(trigger) ? trigger : "other").Inc();
        if (fetching > TimeSpan.Zero)
        {
            fetch.Observe(fetching.TotalSeconds);
        }

        if (applying is { } duration)
        {
            apply.Observe(duration.TotalSeconds);
        }
    }

    /// <summary>The mirror was measured.</summary>
    public void MirrorMeasured(long bytes) => mirrorSize.Set(bytes);
}
