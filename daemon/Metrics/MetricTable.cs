namespace Tidegate.Metrics;

/// <summary>
/// Every metric of the program. Source of the <c>kubernetes_server</c>, <c>kubernetes_client</c> and <c>resources_health</c> names and of their buckets: Teleport,
/// <c>lib/kube/proxy/prometheus.go</c>, with another prefix.
/// </summary>
internal static class MetricTable
{
    private const string Server = "tidegate_kubernetes_server_";
    private const string Client = "tidegate_kubernetes_client_";

    private static readonly double[] RequestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly double[] StreamSeconds = [1, 10, 60, 300, 900, 3600, 14_400, 86_400];
    private static readonly double[] PassSeconds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    /// <summary>13 buckets from 50 bytes, each three times the one before.</summary>
    private static readonly double[] ResponseBytes = [.. Enumerable.Range(0, 13).Select(i => 50 * Math.Pow(3, i))];

    public static readonly MetricDefinition BuildInfo =
        Gauge("tidegate_build_info", "Always 1; the label says which version runs", "version");

    public static readonly MetricDefinition ProcessState =
        Gauge("tidegate_process_state", "State of the daemon as /readyz reports it: 0 ok, 2 degraded but serving, 3 starting, 4 not ready");

    public static readonly MetricDefinition ServerInFlight =
        Gauge(Server + "in_flight_requests", "Requests under way on the proxy port, streams included");

    public static readonly MetricDefinition ServerRequests =
        Counter(Server + "api_requests_total", "Requests on the proxy port that have ended, by the status sent (0: the client left before there was one) and the method", "code", "method");

    public static readonly MetricDefinition ServerDuration =
        Histogram(Server + "request_duration_seconds", "Duration of requests on the proxy port, without those that became streams", RequestSeconds, "method");

    public static readonly MetricDefinition ServerResponseSize =
        Histogram(Server + "response_size_bytes", "Body bytes sent to the client for one request, without those that became streams", ResponseBytes);

    public static readonly MetricDefinition StreamDuration =
        Histogram(Server + "stream_duration_seconds", "Duration of requests that became streams, by kind", StreamSeconds, "kind");

    public static readonly MetricDefinition ExecInFlight =
        Gauge(Server + "exec_in_flight_sessions", "Open exec and attach sessions");

    public static readonly MetricDefinition ExecSessions =
        Counter(Server + "exec_sessions_total", "Exec and attach sessions that were opened");

    public static readonly MetricDefinition PortForwardInFlight =
        Gauge(Server + "portforward_in_flight_sessions", "Open port-forward sessions");

    public static readonly MetricDefinition PortForwardSessions =
        Counter(Server + "portforward_sessions_total", "Port-forward sessions that were opened");

    public static readonly MetricDefinition Refused =
        Counter(Server + "refused_requests_total", "Requests that the gate refused before anything was sent to a cluster, by the class of the reason", "reason");

    public static readonly MetricDefinition RefusedHandshakes =
        Counter("tidegate_refused_handshakes_total", "TLS handshakes on the proxy port that ended because the client's certificate was missing or not accepted");

    public static readonly MetricDefinition OpenConnections =
        Gauge("tidegate_open_connections", "Open connections of clients to the proxy port and of the gate to clusters", "type");

    public static readonly MetricDefinition UnfinishedHandshakes =
        Gauge("tidegate_unfinished_handshakes", "Connections to the proxy port whose TLS handshake is not done");

    public static readonly MetricDefinition RefusedConnections =
        Counter("tidegate_refused_connections_total", "Connections to the proxy port that were ended before their TLS handshake, since there was no room for them");

    public static readonly MetricDefinition HeldHeaders =
        Gauge("tidegate_held_header_bytes", "Bytes of the heads of requests under way and of open streams, as they came");

    public static readonly MetricDefinition HeldBodies =
        Gauge("tidegate_held_body_bytes", "Bytes of request bodies that are held because the rules depend on what is in them");

    public static readonly MetricDefinition OpenStreams =
        Gauge("tidegate_open_streams", "Open streams through the gate, by kind", "kind");

    public static readonly MetricDefinition ClientInFlight =
        Gauge(Client + "in_flight_requests", "Requests that were sent to a cluster and have no answer yet");

    public static readonly MetricDefinition ClientRequests =
        Counter(Client + "requests_total", "Answers of clusters to requests of people, by status and method", "code", "method");

    public static readonly MetricDefinition ClientFailures =
        Counter(Client + "failures_total", "Requests of people to which a cluster gave no answer, by the reason", "reason");

    public static readonly MetricDefinition ClientFirstByte =
        Histogram(Client + "first_byte_response_duration_seconds", "Time from sending a request to a cluster until the head of its answer", RequestSeconds);

    public static readonly MetricDefinition ClientConnect =
        Histogram(Client + "got_conn_duration_seconds", "Time that a new TCP connection to a cluster took, the resolution of its name included", RequestSeconds);

    public static readonly MetricDefinition ClientTls =
        Histogram(Client + "tls_duration_seconds", "Time that the TLS handshake of a new connection to a cluster took", RequestSeconds);

    public static readonly MetricDefinition SyncPasses =
        Counter("tidegate_sync_passes_total", "Passes of the sync loop, by result and by what started them", "result", "trigger");

    public static readonly MetricDefinition SyncFetch =
        Histogram("tidegate_sync_fetch_duration_seconds", "Time that a pass spent on fetching from the repository", PassSeconds);

    public static readonly MetricDefinition SyncApply =
        Histogram("tidegate_sync_apply_duration_seconds", "Time from a fetched commit until its state was in force", PassSeconds);

    public static readonly MetricDefinition SyncLastCompleted =
        Gauge("tidegate_sync_last_completed_pass_timestamp_seconds", "When the last pass ended that was applied or found nothing new, as Unix time; 0: none since the start");

    public static readonly MetricDefinition SyncAge =
        Gauge("tidegate_sync_last_completed_pass_age_seconds", "Seconds since the last pass that was applied or found nothing new; while there is none, since the start");

    public static readonly MetricDefinition SyncProblems =
        Gauge("tidegate_sync_problems", "Problems of the manifests in force that a person must mend");

    public static readonly MetricDefinition SyncHeld =
        Gauge("tidegate_sync_held_removals", "Resources that the commit in force would remove and that stay until somebody confirms it; tidegate status names them");

    public static readonly MetricDefinition RegisteredClusters =
        Gauge("tidegate_registered_clusters", "Clusters that are registered and served");

    public static readonly MetricDefinition Manifests =
        Gauge("tidegate_manifests", "Valid resources of the state in force, by kind; clusters that no selector matches included", "kind");

    public static readonly MetricDefinition MirrorSize =
        Gauge("tidegate_mirror_size_bytes", "Size of the files of the local mirror after the last pass that changed something");

    public static readonly MetricDefinition CertificateExpiry =
        Gauge("tidegate_certificate_expiry_timestamp_seconds", "When the first certificate of its use expires, as Unix time", "certificate");

    public static readonly MetricDefinition HealthyClusters =
        Gauge("tidegate_resources_health_status_healthy", "Registered clusters that answered the check and let the gate impersonate", "type");

    public static readonly MetricDefinition UnhealthyClusters =
        Gauge("tidegate_resources_health_status_unhealthy", "Registered clusters that did not answer the check or do not let the gate impersonate", "type");

    public static readonly MetricDefinition UnknownClusters =
        Gauge("tidegate_resources_health_status_unknown", "Registered clusters whose check is not done yet", "type");

    public static readonly MetricDefinition ClusterConditions =
        Gauge("tidegate_cluster_conditions", "Registered clusters by condition (reachable, credential_accepted, may_impersonate) and its status (true, false, unknown)", "condition", "status");

    public static readonly MetricDefinition ClusterCredentials =
        Gauge("tidegate_cluster_credentials", "Registered clusters by the time of their credential: good, ends_soon (within 14 days), ended, not_yet", "phase");

    public static readonly MetricDefinition ClusterCredentialEnd =
        Gauge("tidegate_cluster_credential_expiry_timestamp_seconds", "When the first token or certificate of a registered cluster ends, as Unix time; 0: none says that it ends");

    public static readonly MetricDefinition AuditWritten =
        Counter("tidegate_audit_records_written_total", "Audit records that were written to every output");

    public static readonly MetricDefinition AuditFailures =
        Counter("tidegate_audit_write_failures_total", "Attempts to write an audit record that failed, those to find out whether it works again included");

    public static readonly MetricDefinition AuditLost =
        Counter("tidegate_audit_records_lost_total", "Audit records that could not be written");

    public static readonly MetricDefinition AuditQueue =
        Gauge("tidegate_audit_queue_length", "Audit records that wait to be delivered to the journal");

    public static readonly MetricDefinition LogLost =
        Counter("tidegate_log_entries_lost_total", "Entries of the log that the journal did not take in time");

    /// <summary>All of them, ordered by name.</summary>
    public static readonly IReadOnlyList<MetricDefinition> All = [.. new[]
    {
        BuildInfo, ProcessState,
        ServerInFlight, ServerRequests, ServerDuration, ServerResponseSize, StreamDuration, ExecInFlight, ExecSessions, PortForwardInFlight, PortForwardSessions,
        Refused, RefusedHandshakes, OpenConnections, UnfinishedHandshakes, RefusedConnections, HeldHeaders, HeldBodies, OpenStreams,
        ClientInFlight, ClientRequests, ClientFailures, ClientFirstByte, ClientConnect, ClientTls,
        SyncPasses, SyncFetch, SyncApply, SyncLastCompleted, SyncAge, SyncProblems, SyncHeld,
        RegisteredClusters, Manifests, MirrorSize, CertificateExpiry, HealthyClusters, UnhealthyClusters, UnknownClusters, ClusterConditions, ClusterCredentials, ClusterCredentialEnd,
        AuditWritten, AuditFailures, AuditLost, AuditQueue, LogLost,
    }.OrderBy(d => d.Name, StringComparer.Ordinal)];

    private static MetricDefinition Counter(string name, string help, params string[] labels) => new(name, MetricType.Counter, help) { Labels = labels };

    private static MetricDefinition Gauge(string name, string help, params string[] labels) => new(name, MetricType.Gauge, help) { Labels = labels };

    private static MetricDefinition Histogram(string name, string help, double[] buckets, params string[] labels) =>
        new(name, MetricType.Histogram, help) { Labels = labels, Buckets = buckets };
}
