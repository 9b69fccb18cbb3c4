using Tidegate.Access;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;

namespace Tidegate.Audit;

/// <summary>
/// What is known of one request, filled in as it becomes known, written once when it ends and, for a stream, once when it starts.
/// Everything in here may be untrusted text; <see cref="AuditJson"/> escapes it.
/// </summary>
internal sealed class AuditEvent
{
    public required string RequestId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string Method { get; init; }

    /// <summary>The path as it came, without query.</summary>
    public required string Path { get; set; }

    public string? RemoteAddress { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The client's or the API server's <c>Audit-ID</c>: the key to the cluster's own audit log.</summary>
    public string? AuditId { get; set; }

    public ClientIdentity? Identity { get; set; }

    public string? Cluster { get; set; }

    public LabelSet? ClusterLabels { get; set; }

    public RequestInfo? Request { get; set; }

    /// <summary>For exec: the argument vector; for port-forward: the ports.</summary>
    public IReadOnlyList<string> Command { get; set; } = [];

    /// <summary>Whether an exec or attach has a terminal.</summary>
    public bool Interactive { get; set; }

    public AccessDecision? Decision { get; set; }

    /// <summary>Whether the gate's own API answered it, for which no role is needed.</summary>
    public bool IsOwnAnswer { get; set; }

    /// <summary>Whether it was let in; the record says "denied" of every other, also of one that was refused before there was anything to decide.</summary>
    public bool IsAllowed => Decision is AccessAllowed || IsOwnAnswer;

    /// <summary>Why it ended otherwise than by itself: a refusal before a decision, a revocation, a cluster that did not answer.</summary>
    public string? Outcome { get; set; }

    /// <summary>The commit whose rules decided.</summary>
    public string Revision { get; set; } = "";

    /// <summary>HTTP status sent to the client; 0 when none was.</summary>
    public int ResponseCode { get; set; }

    public long BytesSent { get; set; }

    public long BytesReceived { get; set; }

    public TimeSpan Duration { get; set; }

    /// <summary>How many objects of a collection were shown of which the person sees a part; null when nothing was filtered. Of a watch: how often.</summary>
    public long? ObjectsShown { get; set; }

    /// <summary>How many of its objects were left out.</summary>
    public long? ObjectsWithheld { get; set; }

    /// <summary>The objects that the gate deleted one by one of a collection, <c>namespace/name</c>.</summary>
    public IReadOnlyList<string> Objects { get; set; } = [];
}
