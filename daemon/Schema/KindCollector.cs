using Tidegate.Kubernetes;

namespace Tidegate.Schema;

/// <summary>Collects kinds over the versions of their groups.</summary>
internal sealed class KindCollector
{
    private readonly Dictionary<(string Group, string Plural), (string Kind, KindScope Scope, HashSet<string> Subresources)> found = [];
    private readonly HashSet<string> stale = new(StringComparer.Ordinal);

    /// <summary>A kind in one version. Two versions that disagree about its scope leave it unknown: nobody could say then in which namespace an object is.</summary>
    public void Add(string group, string plural, string kind, KindScope scope)
    {
        var isKnown = found.TryGetValue((group, plural), out var before);
        found[(group, plural)] = isKnown && before.Scope != scope
            ? before with { Scope = KindScope.Unknown }
            : (kind, scope, before.Subresources ?? new(StringComparer.Ordinal));
    }

    /// <summary>A part of a kind that was added.</summary>
    public void AddSubresource(string group, string plural, string name)
    {
        if (found.TryGetValue((group, plural), out var kind))
        {
            kind.Subresources.Add(name);
        }
    }

    /// <summary>The group is not wholly known at the moment.</summary>
    public void MarkStale(string group) => stale.Add(group);

    public DiscoveryDocument Collect(string? eTag) => new(
        [.. found.Where(k => k.Value.Scope != KindScope.Unknown)
            .Select(k => new ClusterKind(k.Key.Group, k.Key.Plural, k.Value.Kind, k.Value.Scope, [.. k.Value.Subresources]))],
        stale,
        eTag);
}
