using Tidegate.Kubernetes;
using Tidegate.Metrics;
using Tidegate.Registry;
using Tidegate.Upstream;

namespace Tidegate.Diagnostics;

/// <summary>Counts the registered clusters by their conditions and by the time of their credentials, without their names.</summary>
internal static class ClusterCounts
{
    private static readonly string[] Conditions = ["reachable", "credential_accepted", "may_impersonate"];

    public static HealthReadings Of(IReadOnlyDictionary<string, RegisteredCluster> clusters, DateTimeOffset now)
    {
        var (healthy, unhealthy, unknown) = (0, 0, 0);
        var conditions = Conditions.SelectMany(_ => Enum.GetValues<ConditionStatus>(), (c, s) => (c, Word(s))).ToDictionary(k => k, _ => 0);
        var credentials = Enum.GetValues<CredentialPhase>().ToDictionary(Word, _ => 0, StringComparer.Ordinal);
        var first = (DateTimeOffset?)null;
        foreach (var (_, cluster) in clusters)
        {
            var known = cluster.Upstream.Conditions;
            _ = known.IsWell switch { true => healthy++, false => unhealthy++, _ => unknown++ };
            foreach (var (name, (_, condition)) in Conditions.Zip(known.All))
            {
                conditions[(name, Word(condition.Status))]++;
            }

            var lifetime = cluster.Definition.Lifetime;
            credentials[Word(lifetime.PhaseAt(now))]++;
            first = lifetime.Ends is { } end && (first is null || end < first) ? end : first;
        }

        return new(healthy, unhealthy, unknown, conditions, credentials, first);
    }

    private static string Word(ConditionStatus status) => status switch
    {
        ConditionStatus.True => "true",
        ConditionStatus.False => "false",
        _ => "unknown",
    };

    private static string Word(CredentialPhase phase) => phase switch
    {
        CredentialPhase.Good => "good",
        CredentialPhase.EndsSoon => "ends_soon",
        CredentialPhase.Ended => "ended",
        _ => "not_yet",
    };
}
