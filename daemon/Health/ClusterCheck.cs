using System.Net;
using System.Text.Json;
using Tidegate.Registry;
using Tidegate.Upstream;

namespace Tidegate.Health;

/// <summary>
/// Looks at every cluster when it is registered or gets another credential, every ten minutes after that, each minute while it is not well, and when a request
/// has shown that something has changed: does it answer, does it know the gate, may the gate's account impersonate there? Each look has a connection of its own,
/// which is closed at its end.
/// </summary>
internal sealed class ClusterCheck
{
    /// <summary>A gate may register thousands of clusters at once, and some may take the whole patience.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly CheckQueue waiting = new();
    private readonly CheckSchedule schedule;
    private readonly ClusterRegistry registry;
    private readonly ClusterHealth health;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private Dictionary<string, UpstreamCluster> known = [];

    public ClusterCheck(ClusterRegistry registry, ClusterHealth health, TimeProvider time)
    {
        this.registry = registry;
        this.health = health;
        this.time = time;
        schedule = new(time, Random.Shared.NextDouble);
    }

    /// <summary>Checks what is registered and what will be, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        registry.Applied += Enqueue;
        health.Doubted += waiting.Add;
        try
        {
            Enqueue(registry.Current);
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WorkAsync(cancellationToken)).Append(LookAgainAsync(cancellationToken)));
        }
        finally
        {
            registry.Applied -= Enqueue;
            health.Doubted -= waiting.Add;
        }
    }

    private void Enqueue(RegistrySnapshot snapshot)
    {
        lock (gate)
        {
            var next = new Dictionary<string, UpstreamCluster>(snapshot.Clusters.Count, StringComparer.Ordinal);
            foreach (var (name, cluster) in snapshot.Clusters)
            {
                next[name] = cluster.Upstream;
                if (!known.TryGetValue(name, out var before) || !ReferenceEquals(before, cluster.Upstream))
                {
                    waiting.Add(name, cluster.Upstream);
                }
            }

            known = next;
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (var (name, upstream) in waiting.TakeAsync(cancellationToken))
        {
            if (registry.Current.Clusters.TryGetValue(name, out var cluster) && ReferenceEquals(cluster.Upstream, upstream))
            {
                var finding = await LookAsync(upstream, cancellationToken);
                schedule.Done(name, registry.Current.Clusters.Count);
                health.Checked(name, upstream, finding);
            }
        }
    }

    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookAgain, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var clusters = registry.Current.Clusters;
            foreach (var name in health.Wanting.Where(n => !clusters.ContainsKey(n)))
            {
                health.Forget(name);
            }

            foreach (var (name, cluster) in clusters)
            {
                if (cluster.Upstream.Conditions.IsWell == false || schedule.IsDue(name))
                {
                    waiting.Add(name, cluster.Upstream);
                }
            }

            schedule.Keep(clusters.ContainsKey);
        }
    }

    private async Task<ClusterFinding> LookAsync(UpstreamCluster upstream, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var missing = await ImpersonationReview.MissingAsync(upstream, either.Token);
            return missing.Count == 0 ? ClusterFinding.Well : new(FindingKind.MayNotImpersonate, string.Join(", ", missing));
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
        {
            return new(FindingKind.CredentialRefused, e.Message);
        }
        catch (HttpRequestException e) when (e.StatusCode is { } code)
        {
            return new((int)code >= 500 ? FindingKind.Unreachable : FindingKind.Unclear, e.Message);
        }
        catch (JsonException)
        {
            return new(FindingKind.Unclear, "its answer to a SelfSubjectAccessReview is not understood");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            return new(FindingKind.Unreachable, (e.InnerException ?? e).Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(FindingKind.Unreachable, $"no answer within {Patience.TotalSeconds} s");
        }
    }
}
