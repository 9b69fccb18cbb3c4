using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tidegate.State;

/// <summary>The repository's clusters of a state, selected or not, without copying them. Static clusters are not among them: they come from elsewhere.</summary>
internal sealed class LastGoodClusters(DesiredState state) : IReadOnlyDictionary<string, KubeCluster>
{
    public int Count => state.Clusters.Count + state.Unselected.Count;

    public IEnumerable<string> Keys => this.Select(e => e.Key);

    public IEnumerable<KubeCluster> Values => this.Select(e => e.Value);

    public KubeCluster this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException();

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out KubeCluster value) =>
        (state.Clusters.TryGetValue(key, out value) && !value.IsStatic) || state.Unselected.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, KubeCluster>> GetEnumerator() =>
        state.Clusters.Where(c => !c.Value.IsStatic).Concat(state.Unselected).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
