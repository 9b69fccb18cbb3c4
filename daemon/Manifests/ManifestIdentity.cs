using Tidegate.State;
using Tidegate.Yaml;

namespace Tidegate.Manifests;

/// <summary>Which resource a document is about, as far as that can be told also from a document that is otherwise broken.</summary>
/// <param name="Place">Where the name is written.</param>
internal sealed record ManifestIdentity(string Kind, string Name, Place Place)
{
    /// <summary>Null when the kind is not one of ours, or kind or name are missing or written twice.</summary>
    public static ManifestIdentity? Of(YamlMapping root)
    {
        if (Only(root, "kind") is not YamlScalar { Kind: PlainKind.Text } kind
            || !ResourceKind.All.Contains(kind.Value)
            || Only(root, "metadata") is not YamlMapping metadata
            || Only(metadata, "name") is not YamlScalar { Kind: PlainKind.Text, Value.Length: > 0 } name)
        {
            return null;
        }

        return new ManifestIdentity(kind.Value, name.Value, name.Place);
    }

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
