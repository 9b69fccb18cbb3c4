namespace Tidegate.Metrics;

/// <summary>What is read of the daemon's parts only when somebody asks for the metrics.</summary>
/// <param name="ProcessState">See <see cref="MetricTable.ProcessState"/>.</param>
internal sealed record Readings(int ProcessState, StateReadings State, SyncReadings Sync, CertificateReadings Certificates, HealthReadings Health, LoadReadings Load, LossReadings Loss);

/// <summary>Of the state in force.</summary>
/// <param name="Held">Resources whose removal waits for a confirmation.</param>
/// <param name="Manifests">Valid resources by kind, every kind in it.</param>
internal sealed record StateReadings(int Clusters, int Problems, int Held, IReadOnlyDictionary<string, int> Manifests);

/// <summary>Of the sync loop.</summary>
/// <param name="LastCompletedAt">When the last pass ended that was applied or found nothing new; null before the first.</param>
/// <param name="Age">Since then, or since the start.</param>
internal sealed record SyncReadings(DateTimeOffset? LastCompletedAt, TimeSpan Age);

/// <summary>When the first certificate of each use expires.</summary>
internal sealed record CertificateReadings(DateTimeOffset Server, DateTimeOffset ClientAuthority);

/// <summary>How many registered clusters were found in which condition.</summary>
/// <param name="Conditions">By condition and status, every pair in it.</param>
/// <param name="Credentials">By the phase of their credential, every phase in it.</param>
/// <param name="FirstEnd">When the first credential ends; null: none says that it ends.</param>
internal sealed record HealthReadings(
    int Healthy,
    int Unhealthy,
    int Unknown,
    IReadOnlyDictionary<(string Condition, string Status), int> Conditions,
    IReadOnlyDictionary<string, int> Credentials,
    DateTimeOffset? FirstEnd);

/// <summary>What is open and held.</summary>
/// <param name="RefusedConnections">Since the start.</param>
/// <param name="HeaderBytes">Of the heads of requests in flight and of streams.</param>
/// <param name="BodyBytes">Of bodies that are held.</param>
internal readonly record struct LoadReadings(
    int ClientConnections, int ClusterConnections, int Handshakes, long RefusedConnections, long HeaderBytes, long BodyBytes);

/// <summary>Of records and entries, since the start; the queue as it is.</summary>
internal sealed record LossReadings(long AuditWritten, long AuditFailures, long AuditLost, long AuditQueue, long LogLost);
