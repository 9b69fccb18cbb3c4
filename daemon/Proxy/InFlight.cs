using System.Collections.Concurrent;
using Tidegate.Access;
using Tidegate.Registry;

namespace Tidegate.Proxy;

/// <summary>
/// The requests under way. When a new state is in force each is decided again with the same question, and ends if the answer is no longer
/// yes: a lock, a removed role, an unregistered cluster take effect on what is open, not only on what comes next.
/// </summary>
internal sealed partial class InFlight
{
    private readonly ConcurrentDictionary<ProxyExchange, bool> exchanges = new(ReferenceEqualityComparer.Instance);
    private readonly TimeProvider time;
    private readonly ILogger<InFlight> logger;

    public InFlight(ClusterRegistry registry, TimeProvider time, ILogger<InFlight> logger)
    {
        this.time = time;
        this.logger = logger;
        registry.Applied += Revise;
    }

    public int Count => exchanges.Count;

    public int CountWhere(Func<ProxyExchange, bool> isOne) => exchanges.Count(e => isOne(e.Key));

    public void Add(ProxyExchange exchange) => exchanges.TryAdd(exchange, true);

    public void Remove(ProxyExchange exchange) => exchanges.TryRemove(exchange, out _);

    /// <summary>Ends every request that is one of these; a client that got no answer yet may try again (503).</summary>
    public int EndWhere(Func<ProxyExchange, bool> isOne, string reason)
    {
        var ended = 0;
        foreach (var (exchange, _) in exchanges)
        {
            if (isOne(exchange))
            {
                exchange.End(reason, StatusCodes.Status503ServiceUnavailable);
                ended++;
            }
        }

        return ended;
    }

    internal void Revise(RegistrySnapshot snapshot)
    {
        var now = time.GetUtcNow();
        foreach (var (exchange, _) in exchanges)
        {
            if (WhyEnd(exchange, snapshot, now) is { } reason)
            {
                exchange.End(reason, StatusCodes.Status403Forbidden);
                Log.Ended(logger, exchange.Identity!.User, exchange.Target.Cluster, reason);
            }
        }
    }

    private static string? WhyEnd(ProxyExchange exchange, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        if (!snapshot.Clusters.TryGetValue(exchange.Target.Cluster, out var cluster))
        {
            return $"kubernetes cluster \"{exchange.Target.Cluster}\" is no longer registered";
        }

        return Authorization.Decide(exchange, snapshot, cluster, now) switch
        {
            AccessDenied denied => denied.Explanation,
            AccessAllowed allowed when !StillCovers(allowed, exchange.Decided!) => "the roles no longer grant what the request began with",
            AccessAllowed allowed when !StillShows(allowed, exchange.Decided!) => "the roles show another part of the collection than when the request began",
            _ => null,
        };
    }

    private static bool StillCovers(AccessAllowed now, AccessAllowed then) =>
        now.Principal.User == then.Principal.User && then.Principal.Groups.All(now.Principal.Groups.Contains);

    /// <summary>A watch that goes on must neither show what is now withheld nor leave out for ever what is now shown.</summary>
    private static bool StillShows(AccessAllowed now, AccessAllowed then) =>
        Equals(now.Filter, then.Filter)
        && now.Parts.Count == then.Parts.Count
        && now.Parts.Zip(then.Parts).All(p => StillCovers(p.First, p.Second) && Equals(p.First.Filter, p.Second.Filter));

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 1, LogLevel.Information, "Ended a request of {User} in {Cluster}: {Reason}")]
        public static partial void Ended(ILogger logger, string user, string cluster, string reason);
    }
}
