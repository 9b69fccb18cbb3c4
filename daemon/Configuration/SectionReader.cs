using Tidegate.Yaml;

namespace Tidegate.Configuration;

/// <summary>One value as written, with its place and its field path.</summary>
internal readonly record struct Setting(string Text, YamlPlace Place, string Field);

/// <summary>
/// Reads one mapping: hands out its entries, remembers which keys exist, and at the end reports every other key. A section that is
/// absent reads like an empty one, so that defaults are stated once.
/// </summary>
internal sealed class SectionReader
{
    private readonly YamlMapping? mapping;
    private readonly string path;
    private readonly YamlPlace place;
    private readonly List<string> known = [];

    private SectionReader(ProblemList problems, YamlMapping? mapping, string path, YamlPlace place)
    {
        Problems = problems;
        this.mapping = mapping;
        this.path = path;
        this.place = place;
    }

    public ProblemList Problems { get; }

    /// <summary>Whether the file has this section, be it empty.</summary>
    public bool IsPresent => mapping is not null;

    /// <summary>The keys as written.</summary>
    public IEnumerable<Setting> Keys => mapping is null ? [] : mapping.Entries.Select(e => new Setting(e.Key.Text, e.Key.Place, FieldOf(e.Key.Text)));

    public static SectionReader Root(ProblemList problems, YamlMapping mapping) => new(problems, mapping, "", default);

    public string FieldOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>The node of <paramref name="key"/>, or null when it is absent or null. Makes the key a known one.</summary>
    public YamlNode? Node(string key)
    {
        Note(key, FieldShape.Any);
        known.Add(key);
        if (mapping is not null)
        {
            foreach (var entry in mapping.Entries)
            {
                if (entry.Key.Text == key && !entry.Value.IsNull)
                {
                    return entry.Value;
                }
            }
        }

        return null;
    }

    /// <summary>A single value; anything else is an error.</summary>
    public Setting? Value(string key)
    {
        Note(key, FieldShape.Value);
        return Node(key) is { } node ? Scalar(node, FieldOf(key)) : null;
    }

    /// <summary>A list of single values, or one such value on its own.</summary>
    public IReadOnlyList<Setting> Values(string key)
    {
        Note(key, FieldShape.Values, "a text, or a list of texts");
        if (Node(key) is not { } node)
        {
            return [];
        }

        var field = FieldOf(key);
        if (node is not YamlSequence list)
        {
            return Scalar(node, field) is { } single ? [single] : [];
        }

        var values = new List<Setting>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (Scalar(list.Items[i], $"{field}[{i}]") is { } value)
            {
                values.Add(value);
            }
        }

        return values;
    }

    /// <summary>The section under <paramref name="key"/>.</summary>
    public SectionReader Section(string key)
    {
        var field = FieldOf(key);
        Note(key, FieldShape.Mapping);
        switch (Node(key))
        {
            case null:
                return new(Problems, null, field, KeyPlace(key));
            case YamlMapping child:
                return new(Problems, child, field, KeyPlace(key));
            case var other:
                Problems.Error(other.Place, field, $"must be a mapping of settings, not {other.Kind}");
                return new(Problems, null, field, KeyPlace(key));
        }
    }

    /// <summary>The list of sections under <paramref name="key"/>. An item that is null reads like an empty one.</summary>
    public IReadOnlyList<SectionReader> Sections(string key)
    {
        var field = FieldOf(key);
        Note(key, FieldShape.Mappings);
        if (Node(key) is not { } node)
        {
            return [];
        }

        if (node is not YamlSequence list)
        {
            Problems.Error(node.Place, field, $"must be a list, not {node.Kind}; begin each entry with a dash");
            return [];
        }

        var sections = new List<SectionReader>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = list.Items[i];
            if (item is YamlMapping || item.IsNull)
            {
                sections.Add(new(Problems, item as YamlMapping, $"{field}[{i}]", item.Place));
            }
            else
            {
                Problems.Error(item.Place, $"{field}[{i}]", $"must be a mapping of settings, not {item.Kind}");
            }
        }

        return sections;
    }

    /// <summary>Reports that <paramref name="key"/> must be there.</summary>
    public void Missing(string key, string remedy)
    {
        Problems.Catalog?.Required(FieldOf(key));
        Problems.Error(place, FieldOf(key), $"is required; {remedy}");
    }

    /// <summary>Reports something about the section as a whole.</summary>
    public void Error(string message) => Problems.Error(place, path, message);

    /// <summary>A setting that a later version will know and that must not be ignored until then. Saying nothing under it is fine.</summary>
    public void Unsupported(string key)
    {
        Problems.Catalog?.Refused(FieldOf(key));
        if (Node(key) is { IsEmpty: false })
        {
            Problems.Error(KeyPlace(key), FieldOf(key), "is not supported by this version of tidegate; remove it");
        }
    }

    /// <summary>A setting of Teleport's that means nothing here and can do no harm.</summary>
    public void Ignored(string key, string reason)
    {
        Problems.Catalog?.Ignored(FieldOf(key));
        if (Node(key) is not null)
        {
            Problems.Warning(KeyPlace(key), FieldOf(key), $"is ignored: {reason}");
        }
    }

    /// <summary>Where <paramref name="key"/> is written; the section's own place when it is absent.</summary>
    public YamlPlace KeyPlace(string key)
    {
        foreach (var entry in mapping?.Entries ?? [])
        {
            if (entry.Key.Text == key)
            {
                return entry.Key.Place;
            }
        }

        return place;
    }

    /// <summary>Reports every key that nobody asked for. Called once, after all known keys have been read.</summary>
    public void Close()
    {
        foreach (var key in Keys.Where(k => !known.Contains(k.Text)))
        {
            Problems.Error(key.Place, key.Field, $"is not a known setting; {Remedy(key.Text)}");
        }
    }

    /// <summary>Tells the catalogue, if one listens, as what <paramref name="key"/> is read.</summary>
    public void Note(string key, FieldShape shape, string? type = null, string? absent = null, string? bounds = null) =>
        Problems.Catalog?.Note(FieldOf(key), shape, type, absent, bounds);

    private string Remedy(string written) => Suggestion.For(written, known) is { } guess
        ? $"did you mean \"{guess}\"?"
        : $"known here: {string.Join(", ", known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";

    private Setting? Scalar(YamlNode node, string field)
    {
        if (node is YamlScalar scalar && !scalar.IsNull)
        {
            return new(scalar.Text, scalar.Place, field);
        }

        Problems.Error(node.Place, field, node.IsNull ? "has no value; write one or remove the entry" : $"must be a single value, not {node.Kind}");
        return null;
    }
}
