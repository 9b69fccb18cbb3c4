using Tidegate.Registry;
using Tidegate.Upstream;

namespace Tidegate.Api;

/// <summary>One condition of a cluster.</summary>
/// <param name="Type"><c>Reachable</c>, <c>CredentialAccepted</c> or <c>MayImpersonate</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">Absent when there is nothing to say.</param>
/// <param name="Since">When the status became what it is; absent while nobody has looked.</param>
internal sealed record ConditionView(string Type, string Status, string? Reason, DateTimeOffset? Since);

/// <summary>What is known of a registered cluster.</summary>
/// <param name="Summary">In a word or two: <c>ok</c>, <c>not checked yet</c>, or what is wrong.</param>
/// <param name="CredentialEnds">When the first part of its credential ends; absent when none says that it does.</param>
internal sealed record ClusterConditionsView(string Name, string Summary, IReadOnlyList<ConditionView> Conditions, DateTimeOffset? CredentialEnds)
{
    public static ClusterConditionsView Of(RegisteredCluster cluster)
    {
        var known = cluster.Upstream.Conditions;
        return new(cluster.Name, InWords(known), [.. known.All.Select(c => Of(c.Name, c.Condition))], cluster.Definition.Lifetime.Ends);
    }

    private static ConditionView Of(string type, ClusterCondition condition) => new(
        type,
        condition.Status.ToString(),
        condition.Reason.Length == 0 ? null : condition.Reason,
        condition.Status == ConditionStatus.Unknown && condition.Since == default ? null : condition.Since);

    private static string InWords(ClusterConditions known) => known switch
    {
        { IsWell: null } => "not checked yet",
        { IsWell: true } => "ok",
        { Reachable.Status: ConditionStatus.False } => "unreachable",
        { CredentialAccepted.Status: ConditionStatus.False } => "credential refused",
        { MayImpersonate.Status: ConditionStatus.False } => "may not impersonate",
        _ => "unclear",
    };
}
