using System.Collections.Concurrent;
using Tidegate.Access;
using Tidegate.Limits;
using Tidegate.Registry;
using Tidegate.Sessions;

namespace Tidegate.Proxy;

/// <summary>
/// The requests under way. When a new state is in force each is decided again with the same question, and ends if the answer is no longer
/// yes: a lock, a removed role, an unregistered cluster take effect on what is open, not only on what comes next. If the answer still is yes, its limits
/// hold from then on.
/// </summary>
internal sealed partial class InFlight
{
    // A client that does not read, or reads slowly, must not keep open what it may no longer have. Within the second that revocations are promised for.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<ProxyExchange, bool> exchanges = new(ReferenceEqualityComparer.Instance);
    private readonly ClusterRegistry registry;
    private readonly TimeProvider time;
    private readonly ILogger<InFlight> logger;

    public InFlight(ClusterRegistry registry, PersonLimits limits, TimeProvider time, ILogger<InFlight> logger)
    {
        this.registry = registry;
        Limits = limits;
        this.time = time;
        this.logger = logger;
        registry.Applied += _ => Revise();
    }

    public int Count => exchanges.Count;

    /// <summary>What people may keep the gate busy with.</summary>
    public PersonLimits Limits { get; }

    /// <summary>The execs, attaches and port-forwards of each person.</summary>
    public ConnectionCount Connections { get; } = new();

    public int CountWhere(Func<ProxyExchange, bool> isOne) => exchanges.Count(e => isOne(e.Key));

    /// <summary>From now on a new state concerns it, and if it may stay open its limits are watched.</summary>
    public void Add(ProxyExchange exchange)
    {
        if (exchange.Request!.IsLongRunning)
        {
            exchange.Clock = new(time, exchange.Identity!.NotAfter, over => End(exchange, over));
            exchange.Clock.Apply(exchange.Decided!.Limits);
        }

        exchanges.TryAdd(exchange, true);

        // Its connection may have been ended after the exchange was identified, and before anybody could find it here.
        EndWithConnection(exchange);
    }

    public void Remove(ProxyExchange exchange)
    {
        exchanges.TryRemove(exchange, out _);
        exchange.Clock?.Dispose();
    }

    /// <summary>Ends every request that is one of these; a client that got no answer yet may try again (503).</summary>
    public int EndWhere(Func<ProxyExchange, bool> isOne, string reason)
    {
        var ended = 0;
        foreach (var (exchange, _) in exchanges)
        {
            if (isOne(exchange))
            {
                exchange.End(reason, StatusCodes.Status503ServiceUnavailable, Timeout.InfiniteTimeSpan);
                ended++;
            }
        }

        return ended;
    }

    /// <summary>Ends what goes on over connections that must end: their client's certificate is no longer accepted.</summary>
    public void EndWithConnections()
    {
        foreach (var (exchange, _) in exchanges)
        {
            EndWithConnection(exchange);
        }
    }

    /// <summary>Decides one request again by the state in force; until that is the newest, since another thread may put one in force meanwhile.</summary>
    public void Revise(ProxyExchange exchange)
    {
        RegistrySnapshot snapshot;
        do
        {
            snapshot = registry.Current;
            Revise(exchange, snapshot, time.GetUtcNow());
        }
        while (!ReferenceEquals(snapshot, registry.Current));
    }

    private void Revise()
    {
        RegistrySnapshot snapshot;
        do
        {
            snapshot = registry.Current;
            var now = time.GetUtcNow();
            foreach (var (exchange, _) in exchanges)
            {
                Revise(exchange, snapshot, now);
            }
        }
        while (!ReferenceEquals(snapshot, registry.Current));
    }

    private void Revise(ProxyExchange exchange, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        var (limits, reason) = Decide(exchange, snapshot, now);
        if (reason is not null)
        {
            End(exchange, reason, StatusCodes.Status403Forbidden);
        }
        else
        {
            exchange.Clock?.Apply(limits);
        }
    }

    /// <returns>The limits that hold from now on, or why it ends.</returns>
    private static (SessionLimits Limits, string? Reason) Decide(ProxyExchange exchange, RegistrySnapshot snapshot, DateTimeOffset now)
    {
        if (!snapshot.Clusters.TryGetValue(exchange.Target.Cluster, out var cluster))
        {
            return (SessionLimits.None, $"kubernetes cluster \"{exchange.Target.Cluster}\" is no longer registered");
        }

        return Authorization.Decide(exchange, snapshot, cluster, now) switch
        {
            AccessAllowed allowed when !StillCovers(allowed, exchange.Decided!) => (SessionLimits.None, "the roles no longer grant what the request began with"),
            AccessAllowed allowed when !StillShows(allowed, exchange.Decided!) => (SessionLimits.None, "the roles show another part of the collection than when the request began"),
            AccessAllowed allowed => (allowed.Limits, null),
            var other => (SessionLimits.None, other.Explanation),
        };
    }

    private static bool StillCovers(AccessAllowed now, AccessAllowed then) =>
        now.Principal.User == then.Principal.User && then.Principal.Groups.All(now.Principal.Groups.Contains);

    /// <summary>A watch that goes on must neither show what is now withheld nor leave out for ever what is now shown.</summary>
    private static bool StillShows(AccessAllowed now, AccessAllowed then) =>
        Equals(now.Filter, then.Filter)
        && now.Parts.Count == then.Parts.Count
        && now.Parts.Zip(then.Parts).All(p => StillCovers(p.First, p.Second) && Equals(p.First.Filter, p.Second.Filter));

    private void EndWithConnection(ProxyExchange exchange)
    {
        if (exchange.Client?.EndReason is { } reason)
        {
            End(exchange, reason, StatusCodes.Status401Unauthorized);
        }
    }

    // Without an answer yet: the gate waited for the cluster as long as it may.
    private void End(ProxyExchange exchange, SessionEnd over) =>
        End(exchange, over.Reason, over.IsExpiry ? StatusCodes.Status401Unauthorized : StatusCodes.Status504GatewayTimeout);

    private void End(ProxyExchange exchange, string reason, int code)
    {
        if (exchange.End(reason, code, LongestEnd))
        {
            Log.Ended(logger, exchange.Identity!.User, exchange.Target.Cluster, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Proxy + 1, LogLevel.Information, "Ended a request of {User} in {Cluster}: {Reason}")]
        public static partial void Ended(ILogger logger, string user, string cluster, string reason);
    }
}
