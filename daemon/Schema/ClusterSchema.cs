using System.Security.Cryptography;
using Tidegate.Kubernetes;
using Tidegate.Upstream;
using Tidegate.Values;

namespace Tidegate.Schema;

/// <summary>
/// What kinds one cluster has, kept up to date while somebody uses it. One load runs at a time and serves everybody who waits. What was known stays known while
/// the cluster does not answer: a kind does not change its scope.
/// </summary>
/// <param name="name">The cluster's name, for the log.</param>
internal sealed partial class ClusterSchema(string name, UpstreamCluster cluster, TimeProvider time, ILogger<ClusterSchema> logger)
{
    /// <summary>At least so long between two loads, so that requests for kinds that do not exist cannot make the gate flood a cluster.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>What is older is loaded again, beside the request that finds it so.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>How long a load may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly DiscoveryClient client = new(cluster);
    private readonly FailureRun failures = new(time);
    private readonly Lock access = new();
    private Knowledge known = new(null, null, null);
    private Task<Knowledge>? loading;
    private long? started;
    private long succeeded;

    /// <summary>What is known, however old; null when the cluster never answered.</summary>
    public ClusterKinds? Current => Volatile.Read(ref known).Kinds;

    /// <summary>What is known; loads it first when nothing is.</summary>
    /// <exception cref="UnknownSchemaException">Nothing is known and the cluster does not answer.</exception>
    public async ValueTask<ClusterKinds> GetAsync(CancellationToken cancellationToken)
    {
        if (Current is { } kinds)
        {
            RefreshIfOld();
            return kinds;
        }

        var loaded = await Load().WaitAsync(cancellationToken);
        return loaded.Kinds ?? throw new UnknownSchemaException($"it is not known what kinds the cluster {name} has: {loaded.Reason}", loaded.Failure);
    }

    /// <summary>The scope of a kind from what is known: <see cref="KindScope.Unknown"/> also when nothing is.</summary>
    /// <param name="group">Empty for the core group.</param>
    /// <param name="plural">Such as <c>pods</c>.</param>
    public KindScope ScopeOf(string group, string plural)
    {
        if (Current is not { } kinds)
        {
            return KindScope.Unknown;
        }

        RefreshIfOld();
        return kinds.ScopeOf(group, plural);
    }

    /// <summary>
    /// The scope of a kind. One that is not known is asked for, unless the cluster was asked less than <see cref="Shortest"/> ago; so a new kind is known that long
    /// after its first use at the latest.
    /// </summary>
    /// <inheritdoc cref="ScopeOf"/>
    /// <exception cref="UnknownSchemaException">Nothing is known and the cluster does not answer.</exception>
    public async ValueTask<KindScope> ScopeOfAsync(string group, string plural, CancellationToken cancellationToken)
    {
        var scope = (await GetAsync(cancellationToken)).ScopeOf(group, plural);
        if (scope != KindScope.Unknown)
        {
            return scope;
        }

        await Load().WaitAsync(cancellationToken);
        return (await GetAsync(cancellationToken)).ScopeOf(group, plural);
    }

    private void RefreshIfOld()
    {
        if (time.GetElapsedTime(Interlocked.Read(ref succeeded)) >= Fresh)
        {
            // Its outcome is kept and said there; it does not throw.
            _ = Load();
        }
    }

    /// <summary>The load under way; a new one when none is; what is known when the last began a moment ago.</summary>
    private Task<Knowledge> Load()
    {
        lock (access)
        {
            if (loading is { IsCompleted: false })
            {
                return loading;
            }

            if (started is { } last && time.GetElapsedTime(last) < Shortest)
            {
                return Task.FromResult(known);
            }

            started = time.GetTimestamp();

            // Without the caller's context: who asks first must not carry the load on a thread that others wait for.
            return loading = Task.Run(LoadAsync);
        }
    }

    /// <summary>Never throws what a cluster can cause.</summary>
    private async Task<Knowledge> LoadAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            var kinds = await client.LoadAsync(Current, limit.Token);
            Interlocked.Exchange(ref succeeded, time.GetTimestamp());
            return Keep(new(kinds, null, null));
        }
        catch (OperationCanceledException e)
        {
            // Without a cancelled token the connection took too long, and the exception says so.
            return Failed(e, limit.IsCancellationRequested ? $"no answer within {Patience.TotalSeconds} s" : (e.InnerException ?? e).Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or FormatException or CryptographicException)
        {
            return Failed(e, (e is HttpRequestException ? e.InnerException ?? e : e).Message);
        }
    }

    private Knowledge Keep(Knowledge next)
    {
        Volatile.Write(ref known, next);
        if (next.Kinds is { } kinds && failures.Succeeded(out var span))
        {
            Log.Recovered(logger, name, kinds.Count, span.Attempts, (long)span.Lasted.TotalSeconds);
        }

        return next;
    }

    private Knowledge Failed(Exception failure, string reason)
    {
        var next = new Knowledge(Current, reason, failure);
        Volatile.Write(ref known, next);
        switch (failures.Failed(reason, out var span))
        {
            case FailureNews.Began when next.Kinds is null:
                Log.NothingKnown(logger, name, reason);
                break;
            case FailureNews.Began:
                Log.Failing(logger, name, reason);
                break;
            case FailureNews.GoesOn:
                Log.StillFailing(logger, name, span.Attempts, span.Since, reason);
                break;
        }

        return next;
    }

    /// <param name="Reason">Why the last load failed; null when it did not.</param>
    private sealed record Knowledge(ClusterKinds? Kinds, string? Reason, Exception? Failure);

    private static partial class Log
    {
        [LoggerMessage(EventIds.Schema + 1, LogLevel.Warning, "Cluster {Cluster}: its kinds cannot be loaded: {Reason}. Requests about objects are answered with 503 until they can")]
        public static partial void NothingKnown(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Schema + 2, LogLevel.Warning, "Cluster {Cluster}: its kinds cannot be loaded again: {Reason}. The gate goes on with those it knows")]
        public static partial void Failing(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Schema + 3, LogLevel.Warning, "Cluster {Cluster}: its kinds still cannot be loaded, {Attempts} attempts since {Since:u}: {Reason}")]
        public static partial void StillFailing(ILogger logger, string cluster, long attempts, DateTimeOffset since, string reason);

        [LoggerMessage(EventIds.Schema + 4, LogLevel.Information, "Cluster {Cluster}: its {Count} kinds are loaded, after {Attempts} failed attempts in {Seconds} s")]
        public static partial void Recovered(ILogger logger, string cluster, int count, long attempts, long seconds);
    }
}
