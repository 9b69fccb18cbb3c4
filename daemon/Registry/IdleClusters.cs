namespace Tidegate.Registry;

/// <summary>Lets go of the connection pools of clusters that nobody uses: a gate may know thousands, of which people use a few.</summary>
internal sealed class IdleClusters(ClusterRegistry registry, TimeProvider time)
{
    /// <summary>How long a cluster must have had no request.</summary>
    public static readonly TimeSpan After = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Looks from time to time, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var (_, cluster) in registry.Current.Clusters)
            {
                cluster.Upstream.ReleaseIfIdle(After);
            }
        }
    }
}
