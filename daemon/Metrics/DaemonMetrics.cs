namespace Tidegate.Metrics;

/// <summary>All metrics of one daemon, each group for the part that reports to it.</summary>
internal sealed class DaemonMetrics
{
    /// <param name="version">Of the program.</param>
    public DaemonMetrics(string version, TimeProvider time)
    {
        Proxy = new(Registry, time);
        Connections = new(Registry);
        Sync = new(Registry);
        Read = new(Registry, version);
        Registry.AddRuntime();
    }

    public MetricRegistry Registry { get; } = new();

    public ProxyMetrics Proxy { get; }

    public ConnectionMetrics Connections { get; }

    public SyncMetrics Sync { get; }

    public ReadMetrics Read { get; }
}
