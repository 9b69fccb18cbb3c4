using Prometheus;

namespace Tidegate.Metrics;

/// <summary>The metrics that are read when somebody asks.</summary>
internal sealed class ReadMetrics
{
    private const string Kubernetes = "kubernetes";

    private readonly Gauge processState;
    private readonly Gauge clusters;
    private readonly Gauge problems;
    private readonly Gauge held;
    private readonly Gauge manifests;
    private readonly Gauge lastCompleted;
    private readonly Gauge age;
    private readonly Gauge expiry;
    private readonly Gauge healthy;
    private readonly Gauge unhealthy;
    private readonly Gauge unknown;
    private readonly Gauge conditions;
    private readonly Gauge credentials;
    private readonly Gauge credentialEnd;
    private readonly Gauge connections;
    private readonly Gauge handshakes;
    private readonly Counter refusedConnections;
    private readonly Gauge headers;
    private readonly Gauge bodies;
    private readonly Counter auditWritten;
    private readonly Counter auditFailures;
    private readonly Counter auditLost;
    private readonly Gauge auditQueue;
    private readonly Counter logLost;

    /// <param name="version">Of the program.</param>
    public ReadMetrics(MetricRegistry registry, string version)
    {
        registry.Gauge(MetricTable.BuildInfo).WithLabels(version).Set(1);
        processState = registry.Gauge(MetricTable.ProcessState);
        clusters = registry.Gauge(MetricTable.RegisteredClusters);
        problems = registry.Gauge(MetricTable.SyncProblems);
        held = registry.Gauge(MetricTable.SyncHeld);
        manifests = registry.Gauge(MetricTable.Manifests);
        lastCompleted = registry.Gauge(MetricTable.SyncLastCompleted);
        age = registry.Gauge(MetricTable.SyncAge);
        expiry = registry.Gauge(MetricTable.CertificateExpiry);
        healthy = registry.Gauge(MetricTable.HealthyClusters);
        unhealthy = registry.Gauge(MetricTable.UnhealthyClusters);
        unknown = registry.Gauge(MetricTable.UnknownClusters);
        conditions = registry.Gauge(MetricTable.ClusterConditions);
        credentials = registry.Gauge(MetricTable.ClusterCredentials);
        credentialEnd = registry.Gauge(MetricTable.ClusterCredentialEnd);
        connections = registry.Gauge(MetricTable.OpenConnections);
        handshakes = registry.Gauge(MetricTable.UnfinishedHandshakes);
        refusedConnections = registry.Counter(MetricTable.RefusedConnections);
        headers = registry.Gauge(MetricTable.HeldHeaders);
        bodies = registry.Gauge(MetricTable.HeldBodies);
        auditWritten = registry.Counter(MetricTable.AuditWritten);
        auditFailures = registry.Counter(MetricTable.AuditFailures);
        auditLost = registry.Counter(MetricTable.AuditLost);
        auditQueue = registry.Gauge(MetricTable.AuditQueue);
        logLost = registry.Counter(MetricTable.LogLost);
    }

    public void Set(Readings readings)
    {
        processState.Set(readings.ProcessState);
        clusters.Set(readings.State.Clusters);
        problems.Set(readings.State.Problems);
        held.Set(readings.State.Held);
        foreach (var (kind, count) in readings.State.Manifests)
        {
            manifests.WithLabels(kind).Set(count);
        }

        lastCompleted.Set(readings.Sync.LastCompletedAt is { } at ? Seconds(at) : 0);
        age.Set(readings.Sync.Age.TotalSeconds);
        expiry.WithLabels("server").Set(Seconds(readings.Certificates.Server));
        expiry.WithLabels("client_ca").Set(Seconds(readings.Certificates.ClientAuthority));
        healthy.WithLabels(Kubernetes).Set(readings.Health.Healthy);
        unhealthy.WithLabels(Kubernetes).Set(readings.Health.Unhealthy);
        unknown.WithLabels(Kubernetes).Set(readings.Health.Unknown);
        foreach (var ((condition, status), count) in readings.Health.Conditions)
        {
            conditions.WithLabels(condition, status).Set(count);
        }

        foreach (var (phase, count) in readings.Health.Credentials)
        {
            credentials.WithLabels(phase).Set(count);
        }

        credentialEnd.Set(readings.Health.FirstEnd is { } end ? Seconds(end) : 0);
        connections.WithLabels("client").Set(readings.Load.ClientConnections);
        connections.WithLabels("cluster").Set(readings.Load.ClusterConnections);
        handshakes.Set(readings.Load.Handshakes);
        refusedConnections.IncTo(readings.Load.RefusedConnections);
        headers.Set(readings.Load.HeaderBytes);
        bodies.Set(readings.Load.BodyBytes);
        auditWritten.IncTo(readings.Loss.AuditWritten);
        auditFailures.IncTo(readings.Loss.AuditFailures);
        auditLost.IncTo(readings.Loss.AuditLost);
        auditQueue.Set(readings.Loss.AuditQueue);
        logLost.IncTo(readings.Loss.LogLost);
    }

    private static double Seconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
