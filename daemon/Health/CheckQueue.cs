using System.Threading.Channels;
using Tidegate.Upstream;

namespace Tidegate.Health;

/// <summary>Clusters that wait for a look, each at most once.</summary>
internal sealed class CheckQueue
{
    private readonly Channel<(string Name, UpstreamCluster Upstream)> waiting = Channel.CreateUnbounded<(string, UpstreamCluster)>();
    private readonly HashSet<UpstreamCluster> known = [];

    public void Add(string name, UpstreamCluster upstream)
    {
        lock (known)
        {
            if (known.Add(upstream))
            {
                waiting.Writer.TryWrite((name, upstream));
            }
        }
    }

    /// <summary>Hands out what waits until cancelled; what is handed out may be added again at once.</summary>
    public async IAsyncEnumerable<(string Name, UpstreamCluster Upstream)> TakeAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var one in waiting.Reader.ReadAllAsync(cancellationToken))
        {
            lock (known)
            {
                known.Remove(one.Upstream);
            }

            yield return one;
        }
    }
}
