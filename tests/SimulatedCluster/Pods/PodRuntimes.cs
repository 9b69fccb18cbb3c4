using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Pods;

/// <summary>What the kubelet keeps for each pod: its log and its files. Made when first asked for.</summary>
internal sealed class PodRuntimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, PodRuntime> byUid = new(StringComparer.Ordinal);

    public PodRuntime Of(JsonObject pod) => byUid.GetOrAdd(pod.Uid(), _ => new PodRuntime(pod, time));
}
