namespace Tidegate.Upstream;

/// <summary>Whether something is so.</summary>
internal enum ConditionStatus
{
    /// <summary>Nobody has looked yet, or it cannot be told.</summary>
    Unknown,
    True,
    False,
}

/// <summary>One thing that is known of a cluster.</summary>
/// <param name="Reason">Why not, half a sentence without a secret; empty when there is nothing to say.</param>
/// <param name="Since">When the status became what it is.</param>
internal sealed record ClusterCondition(ConditionStatus Status, string Reason, DateTimeOffset Since)
{
    public static readonly ClusterCondition Unknown = new(ConditionStatus.Unknown, "", DateTimeOffset.MinValue);

    public ClusterCondition With(ConditionStatus status, string reason, DateTimeOffset now) =>
        status == Status && reason == Reason ? this : new(status, reason, status == Status ? Since : now);
}

/// <summary>What is known of a cluster with one credential: by health checks, and by what requests showed. A credential's end is told by <c>CredentialLifetime</c>.</summary>
/// <param name="Reachable">Its API server answers.</param>
/// <param name="CredentialAccepted">It knows the gate by its credential.</param>
/// <param name="MayImpersonate">The gate's account may impersonate users, groups and service accounts there.</param>
internal sealed record ClusterConditions(ClusterCondition Reachable, ClusterCondition CredentialAccepted, ClusterCondition MayImpersonate)
{
    public static readonly ClusterConditions Unknown = new(ClusterCondition.Unknown, ClusterCondition.Unknown, ClusterCondition.Unknown);

    /// <summary>Whether people are served there as they should be; null while nobody has looked.</summary>
    public bool? IsWell =>
        Reachable.Status == ConditionStatus.False || CredentialAccepted.Status == ConditionStatus.False || MayImpersonate.Status == ConditionStatus.False ? false
        : Reachable.Status == ConditionStatus.Unknown ? null
        : MayImpersonate.Status == ConditionStatus.True;

    /// <summary>The conditions with their names, as people see them.</summary>
    public IReadOnlyList<(string Name, ClusterCondition Condition)> All =>
        [(nameof(Reachable), Reachable), (nameof(CredentialAccepted), CredentialAccepted), (nameof(MayImpersonate), MayImpersonate)];

    /// <summary>The conditions after <paramref name="finding"/>. What it says nothing about stays, or is unknown where it cannot be told any more.</summary>
    public ClusterConditions After(ClusterFinding finding, DateTimeOffset now)
    {
        var (reachable, accepted, impersonate) = finding.Kind switch
        {
            FindingKind.Well => (ConditionStatus.True, ConditionStatus.True, ConditionStatus.True),
            FindingKind.Unreachable => (ConditionStatus.False, CredentialAccepted.Status, MayImpersonate.Status),
            FindingKind.CredentialRefused => (ConditionStatus.True, ConditionStatus.False, ConditionStatus.Unknown),
            FindingKind.MayNotImpersonate => (ConditionStatus.True, ConditionStatus.True, ConditionStatus.False),
            _ => (ConditionStatus.True, CredentialAccepted.Status, ConditionStatus.Unknown),
        };
        return new(
            Reachable.With(reachable, Reason(FindingKind.Unreachable, Reachable, reachable), now),
            CredentialAccepted.With(accepted, Reason(FindingKind.CredentialRefused, CredentialAccepted, accepted), now),
            MayImpersonate.With(impersonate, Reason(finding.Kind == FindingKind.Unclear ? FindingKind.Unclear : FindingKind.MayNotImpersonate, MayImpersonate, impersonate), now));

        string Reason(FindingKind concerns, ClusterCondition before, ConditionStatus status) =>
            finding.Kind == concerns ? finding.Reason : status == ConditionStatus.False ? before.Reason : "";
    }
}

/// <summary>What a look at a cluster, or a request to it, found out.</summary>
internal enum FindingKind
{
    /// <summary>It answers, knows the gate and lets it impersonate.</summary>
    Well,

    /// <summary>No connection, no trusted certificate, no answer in time, or an answer of a server that is not well.</summary>
    Unreachable,

    /// <summary>401 to the gate's own credential.</summary>
    CredentialRefused,

    /// <summary>The gate's account may not impersonate.</summary>
    MayNotImpersonate,

    /// <summary>It answers, but not the question.</summary>
    Unclear,
}

/// <summary>What a look at a cluster, or a request to it, found out.</summary>
/// <param name="Reason">Half a sentence about the cluster without a secret; empty when all is well.</param>
internal sealed record ClusterFinding(FindingKind Kind, string Reason)
{
    public static readonly ClusterFinding Well = new(FindingKind.Well, "");
}
