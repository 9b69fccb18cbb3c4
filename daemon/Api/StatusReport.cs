using Tidegate.Registry;
using Tidegate.Sync;

namespace Tidegate.Api;

/// <summary>Puts together what <c>tidegate status</c> shows.</summary>
/// <param name="version">Of this program.</param>
/// <param name="node"><c>teleport.nodename</c>.</param>
/// <param name="openRequests">How many requests are under way.</param>
internal sealed class StatusReport(string version, string node, ClusterRegistry registry, SyncLoop sync, Func<int> openRequests, TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    /// <summary>Set when the daemon is about to end.</summary>
    public bool IsStopping { get; set; }

    public StatusView Now()
    {
        var state = registry.Current.State;
        return new(
            version,
            node,
            IsStopping ? "stopping" : "ready",
            startedAt,
            sync.Repository,
            state.Revision is { } revision ? Views.Of(revision) : null,
            state.Clusters.Count,
            state.Unselected.Count,
            state.Roles.Count,
            state.Users.Count,
            state.Locks.Count,
            openRequests(),
            sync.NextPassAt,
            sync.LastPass is { } last ? Views.Of(last) : null,
            Views.Of(state.Problems))
        {
            Source = sync.Source.ToString(),
            HeldTagMove = sync.HeldTagMove,
            ServedSource = sync.Served?.ToString(),
            Held = Views.Of(state.Held),
            NotWell = [.. registry.Current.Clusters.Values.Where(c => c.Upstream.Conditions.IsWell == false).OrderBy(c => c.Name, StringComparer.Ordinal).Select(ClusterConditionsView.Of)],
            Late = sync.WhyLate(),
        };
    }
}
