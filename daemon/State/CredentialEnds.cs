using Tidegate.Values;

namespace Tidegate.State;

/// <summary>Finds clusters whose credential has ended, ends soon or is not good yet: they are served, and somebody must act.</summary>
internal static class CredentialEnds
{
    private const string KubeconfigField = "spec.kubeconfig";

    /// <returns>When, after <paramref name="now"/>, this finds something else; null: never.</returns>
    public static DateTimeOffset? Find(IEnumerable<KubeCluster> clusters, DateTimeOffset now, List<Problem> problems)
    {
        var next = (DateTimeOffset?)null;
        foreach (var cluster in clusters)
        {
            foreach (var period in cluster.Lifetime.Periods.AsSpan())
            {
                if (period.Warning(now) is { } warning)
                {
                    problems.Add(Problem(cluster, warning));
                }
            }

            if (cluster.Lifetime.NextTurn(now) is { } turn && (next is null || turn < next))
            {
                next = turn;
            }
        }

        return next;
    }

    private static Problem Problem(KubeCluster cluster, string warning)
    {
        // A static cluster has no manifest: its origin is its context.
        var written = cluster.Origin.Values is [var only, ..] ? only : new(cluster.IsStatic ? "contexts" : KubeconfigField, "", cluster.Origin.Line, 0);
        return new(cluster.Origin.File, written.Line, written.Column, written.Field, warning)
        {
            Resource = $"{ResourceKind.KubeCluster}/{cluster.Name}",
            IsWarning = true,
            RepeatsDaily = true,
        };
    }
}
