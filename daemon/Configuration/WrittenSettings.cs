using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>The settings of a file as they are written, each with its path: what changed from one file to the next can be named.</summary>
internal static class WrittenSettings
{
    // Aliases of aliases could make a small file endless.
    private const int Most = 100_000;

    /// <summary>Path → text; an entry of a list has its number in the path, an empty list or mapping the text <c>{}</c>.</summary>
    public static EquatableMap<string> Of(YamlNode root)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(settings, "", root);
        return EquatableMap<string>.From(settings);
    }

    /// <summary>The paths whose text differs, or that only one of the files has, in order.</summary>
    public static IReadOnlyList<string> Differing(EquatableMap<string> before, EquatableMap<string> after) =>
        [.. before.Keys.Union(after.Keys).Where(k => before.GetValueOrDefault(k) != after.GetValueOrDefault(k)).Order(StringComparer.Ordinal)];

    private static void Add(Dictionary<string, string> settings, string path, YamlNode node)
    {
        if (settings.Count >= Most)
        {
            return;
        }

        switch (node)
        {
            case YamlMapping mapping when mapping.Entries.Any():
                foreach (var entry in mapping.Entries)
                {
                    Add(settings, path.Length == 0 ? entry.Key.Text : $"{path}.{entry.Key.Text}", entry.Value);
                }

                break;
            case YamlSequence sequence when sequence.Items.Any():
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Add(settings, $"{path}[{i}]", sequence.Items[i]);
                }

                break;
            default:
                settings[path] = node is YamlScalar scalar ? scalar.Text : "{}";
                break;
        }
    }
}
