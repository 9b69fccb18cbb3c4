using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>Which resource a document is about, as far as that can be told, also from a document that is otherwise broken.</summary>
/// <param name="Known">What is certain: kind and name are null when missing, written twice, or no text; the kind also when it is none of ours.</param>
/// <param name="IsForeign">The kind is legible and resembles none of ours, so no resource of ours is meant.</param>
/// <param name="Place">Where the name is written; the document's start without one.</param>
internal sealed record ManifestIdentity(PartialIdentity Known, bool IsForeign, Place Place)
{
    public bool IsComplete => Known is { Kind: not null, Name: not null };

    public static ManifestIdentity Of(YamlMapping root)
    {
        var kind = Text(root, "kind");
        var isOurs = kind is not null && ResourceKind.All.Contains(kind.Value);
        var name = Only(root, "metadata") is YamlMapping metadata ? Text(metadata, "name") : null;
        return new ManifestIdentity(
            new PartialIdentity(isOurs ? kind!.Value : null, name?.Value),
            kind is not null && !isOurs && Suggestion.For(kind.Value, ResourceKind.All) is null,
            name?.Place ?? root.Place);
    }

    private static YamlScalar? Text(YamlMapping mapping, string key) =>
        Only(mapping, key) is YamlScalar { Kind: PlainKind.Text, Value.Length: > 0 } text ? text : null;

    private static YamlNode? Only(YamlMapping mapping, string key)
    {
        YamlNode? found = null;
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key.Value == key)
            {
                if (found is not null)
                {
                    return null;
                }

                found = entry.Value;
            }
        }

        return found;
    }
}
