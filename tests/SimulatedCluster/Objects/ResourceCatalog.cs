using System.Collections.Immutable;

namespace Tidegate.Simulation.Objects;

/// <summary>The resource types that one cluster serves now: the built-in ones, and those that came with definitions.</summary>
internal sealed class ResourceCatalog
{
    private ImmutableArray<ResourceType> all = [.. ResourceTypes.All];

    public ImmutableArray<ResourceType> All => all;

    public ResourceType? Find(string group, string version, string plural) =>
        all.FirstOrDefault(t => t.Plural == plural && t.Group == group && t.Version == version);

    public ResourceType? FindKind(string apiVersion, string kind) => all.FirstOrDefault(t => t.ApiVersion == apiVersion && t.Kind == kind);

    public void Add(params ResourceType[] types) => ImmutableInterlocked.Update(ref all, now => [.. now, .. types]);

    /// <summary>Serves these versions of a kind and no others; none takes it away.</summary>
    public void Replace(string qualifiedName, IReadOnlyList<ResourceType> types) =>
        ImmutableInterlocked.Update(ref all, now => [.. now.Where(t => t.QualifiedName != qualifiedName), .. types]);
}
