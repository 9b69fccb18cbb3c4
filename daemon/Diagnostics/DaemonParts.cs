using Tidegate.Audit;
using Tidegate.Metrics;
using Tidegate.Registry;
using Tidegate.Sync;
using Tidegate.Tls;

namespace Tidegate.Diagnostics;

/// <summary>The parts that are looked at. They know nothing of it.</summary>
/// <param name="Listener">The proxy's.</param>
internal sealed record DaemonParts(ClusterRegistry Registry, SyncLoop Sync, AuditLog Audit, TlsReloader Tls, ListenerWatch Listener)
{
    /// <summary>Where the daemon is in its life. It listens when all else is done.</summary>
    public DaemonPhase Phase => IsStopping() ? DaemonPhase.Draining : Listener.IsListening ? DaemonPhase.Serving : DaemonPhase.Starting;

    /// <summary>Whether the daemon was told to stop.</summary>
    public Func<bool> IsStopping { get; init; } = static () => false;

    /// <summary>What people keep the gate busy with.</summary>
    public Func<LoadReadings> Load { get; init; } = static () => default;

    /// <summary>Entries of the log that were lost.</summary>
    public Func<long> LogLost { get; init; } = static () => 0;
}
