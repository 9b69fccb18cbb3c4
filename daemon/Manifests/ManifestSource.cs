using Tidegate.Values;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>Where a document comes from.</summary>
internal readonly record struct ManifestSource(string File, string Revision)
{
    public Origin At(Place place) => new(File, place.Line, Revision);

    /// <summary>An origin that also knows where single values stand.</summary>
    public Origin At(Place place, IReadOnlyList<WrittenValue> values) => At(place) with { Values = values };
}
