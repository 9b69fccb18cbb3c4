using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Tidegate.Registry;
using Tidegate.Upstream;
using Tidegate.Values;

namespace Tidegate.Health;

/// <summary>
/// Looks at every cluster that is registered or gets another credential: does it answer, and may the gate's account impersonate there? A
/// finding is a warning and changes nothing: a cluster that is away today is served tomorrow. One that was found wanting is looked at again until it is well.
/// </summary>
internal sealed partial class ClusterCheck
{
    // A gate may register thousands of clusters at once; their checks must not keep people's first requests waiting.
    private const int AtOnce = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Channel<(string Name, UpstreamCluster Upstream)> waiting = Channel.CreateUnbounded<(string, UpstreamCluster)>();
    private readonly ClusterRegistry registry;
    private readonly TimeProvider time;
    private readonly ILogger<ClusterCheck> logger;
    private readonly ConcurrentDictionary<string, FailureRun> wanting = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<UpstreamCluster, object> findings = [];
    private Dictionary<string, UpstreamCluster> known = [];

    public ClusterCheck(ClusterRegistry registry, TimeProvider time, ILogger<ClusterCheck> logger)
    {
        this.registry = registry;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Checks what is registered and what will be, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        registry.Applied += Enqueue;
        try
        {
            Enqueue(registry.Current);
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(cancellationToken)).Append(LookAgainAsync(cancellationToken)));
        }
        finally
        {
            registry.Applied -= Enqueue;
        }
    }

    /// <summary>How many of the clusters registered now were found in which condition, each when it was registered or its credential changed.</summary>
    public (int Healthy, int Unhealthy, int Unknown) Count()
    {
        var (healthy, unhealthy, unknown) = (0, 0, 0);
        foreach (var (_, cluster) in registry.Current.Clusters)
        {
            _ = findings.TryGetValue(cluster.Upstream, out var finding)
                ? (bool)finding ? healthy++ : unhealthy++
                : unknown++;
        }

        return (healthy, unhealthy, unknown);
    }

    private void Enqueue(RegistrySnapshot snapshot)
    {
        lock (waiting)
        {
            var next = new Dictionary<string, UpstreamCluster>(snapshot.Clusters.Count, StringComparer.Ordinal);
            foreach (var (name, cluster) in snapshot.Clusters)
            {
                next[name] = cluster.Upstream;
                if (!known.TryGetValue(name, out var before) || !ReferenceEquals(before, cluster.Upstream))
                {
                    waiting.Writer.TryWrite((name, cluster.Upstream));
                }
            }

            known = next;
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (var (name, upstream) in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            if (IsCurrent(name, upstream))
            {
                await CheckAsync(name, upstream, cancellationToken);
            }
        }
    }

    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookAgain, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var name in wanting.Keys)
            {
                if (!registry.Current.Clusters.TryGetValue(name, out var cluster))
                {
                    wanting.TryRemove(name, out _);
                }
                else if (waiting.Reader.Count < wanting.Count)
                {
                    waiting.Writer.TryWrite((name, cluster.Upstream));
                }
            }
        }
    }

    private bool IsCurrent(string name, UpstreamCluster upstream) =>
        registry.Current.Clusters.TryGetValue(name, out var cluster) && ReferenceEquals(cluster.Upstream, upstream);

    private async Task CheckAsync(string name, UpstreamCluster upstream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var missing = await ImpersonationReview.MissingAsync(upstream, either.Token);
            findings.AddOrUpdate(upstream, missing.Count == 0);
            if (missing.Count > 0)
            {
                var resources = string.Join(", ", missing);
                Found(name, $"it may not impersonate {resources}", () => Log.CannotImpersonate(logger, name, resources));
            }
            else if (wanting.TryRemove(name, out var run) && run.Succeeded(out var span))
            {
                Log.Recovered(logger, name, span.Attempts, (long)span.Lasted.TotalSeconds);
            }
            else
            {
                Log.Checked(logger, name);
            }
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or System.Security.Cryptography.CryptographicException)
        {
            findings.AddOrUpdate(upstream, false);
            NoAnswer(name, (e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            findings.AddOrUpdate(upstream, false);
            NoAnswer(name, $"no answer within {Patience.TotalSeconds} s");
        }
    }

    private void NoAnswer(string name, string reason) => Found(name, reason, () => Log.NoAnswer(logger, name, reason));

    private void Found(string name, string reason, Action say)
    {
        switch (wanting.GetOrAdd(name, static (_, clock) => new(clock), time).Failed(reason, out var span))
        {
            case FailureNews.Began:
                say();
                break;
            case FailureNews.GoesOn:
                Log.StillWanting(logger, name, span.Attempts, span.Since, reason);
                break;
            default:
                Log.CheckedAgain(logger, name, reason);
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Health + 1, LogLevel.Warning, "Cluster {Cluster}: the credential of its kubeconfig may not impersonate {Resources}; requests through the gate will be refused there. Bind a ClusterRole with the verb impersonate to it")]
        public static partial void CannotImpersonate(ILogger logger, string cluster, string resources);

        [LoggerMessage(EventIds.Health + 2, LogLevel.Warning, "Cluster {Cluster} could not be checked: {Reason}. It is registered and is served as soon as it answers")]
        public static partial void NoAnswer(ILogger logger, string cluster, string reason);

        [LoggerMessage(EventIds.Health + 3, LogLevel.Debug, "Cluster {Cluster} answers and lets the gate impersonate")]
        public static partial void Checked(ILogger logger, string cluster);

        [LoggerMessage(EventIds.Health + 4, LogLevel.Information, "Cluster {Cluster} answers and lets the gate impersonate, after {Attempts} failed checks in {Seconds} s")]
        public static partial void Recovered(ILogger logger, string cluster, long attempts, long seconds);

        [LoggerMessage(EventIds.Health + 5, LogLevel.Warning, "Cluster {Cluster} is still not well, {Attempts} checks since {Since:u}: {Reason}")]
        public static partial void StillWanting(ILogger logger, string cluster, long attempts, DateTimeOffset since, string reason);

        [LoggerMessage(EventIds.Health + 6, LogLevel.Debug, "Cluster {Cluster} was checked again and is not well: {Reason}")]
        public static partial void CheckedAgain(ILogger logger, string cluster, string reason);
    }
}
