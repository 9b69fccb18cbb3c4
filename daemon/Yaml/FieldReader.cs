namespace Tidegate.Yaml;

/// <summary>
/// Reads the fields of one mapping by name and type, notes what is wrong with each, and in <see cref="Finish"/> what nobody asked for. A
/// field without a value (<c>labels:</c>, <c>~</c>) counts as absent, as in the original's exports.
/// </summary>
/// <param name="path">Path of the mapping in its document, such as <c>spec.allow</c>; empty at the top.</param>
internal sealed class FieldReader(YamlMapping mapping, string path, DocumentProblems problems)
{
    private readonly List<string> known = [];
    private readonly HashSet<string> ignored = new(StringComparer.Ordinal);

    public Place Place => mapping.Place;

    public DocumentProblems Problems => problems;

    public IReadOnlyList<YamlEntry> Entries => mapping.Entries;

    /// <summary>The path of a field of this mapping.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Where the field's value stands; the mapping itself when the field is absent.</summary>
    public Place PlaceOf(string name) => mapping.Find(name)?.Place ?? mapping.Place;

    public void Refuse(string name, string message) => problems.Add(PlaceOf(name), PathOf(name), message);

    /// <summary>The field as written; null when absent.</summary>
    public YamlNode? Node(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Any);
        known.Add(name);
        var node = mapping.Find(name);
        return node is null || node.IsNull ? null : node;
    }

    /// <summary>As <see cref="Node"/>, for a field that this version does not take.</summary>
    public YamlNode? Refused(string name)
    {
        problems.Catalog?.Refused(PathOf(name));
        return Node(name);
    }

    /// <summary>A text; null when absent or wrong.</summary>
    public string? Text(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Value);
        return Node(name) is { } node ? TextOf(node, PathOf(name), problems) : null;
    }

    /// <summary>A text that must be there and not be empty.</summary>
    public string? RequiredText(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Value);
        var node = Node(name);
        if (node is null)
        {
            problems.Catalog?.Required(PathOf(name));
            problems.Add(PlaceOf(name), PathOf(name), "this field is required");
            return null;
        }

        var text = TextOf(node, PathOf(name), problems);
        if (text is { Length: 0 })
        {
            problems.Add(node.Place, PathOf(name), "this field may not be empty");
            return null;
        }

        return text;
    }

    /// <summary>True or false; null when absent or wrong. The YAML 1.1 words and their quoted forms count, as the original's files use them.</summary>
    public bool? Flag(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Value, "true or false");
        switch (Node(name))
        {
            case null:
                return null;
            case YamlScalar { Value: "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" }:
                return true;
            case YamlScalar { Value: "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" }:
                return false;
            default:
                Refuse(name, "this must be true or false (yes, no, on and off count too)");
                return null;
        }
    }

    /// <summary>A mapping to read further; null when absent or wrong.</summary>
    public FieldReader? Mapping(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Mapping);
        var node = Node(name);
        if (node is YamlMapping found)
        {
            return new FieldReader(found, PathOf(name), problems);
        }

        if (node is not null)
        {
            problems.Add(node.Place, PathOf(name), $"this must be a mapping of fields, and is {node.Noun}");
        }

        return null;
    }

    /// <summary>As <see cref="Mapping"/>, and an absent one is an error.</summary>
    public FieldReader? RequiredMapping(string name)
    {
        if (Node(name) is not null)
        {
            return Mapping(name);
        }

        problems.Catalog?.Note(PathOf(name), FieldShape.Mapping);
        problems.Catalog?.Required(PathOf(name));
        problems.Add(PlaceOf(name), PathOf(name), "this field is required");
        return null;
    }

    /// <summary>The elements of a list; empty when absent or wrong.</summary>
    public IReadOnlyList<YamlNode> List(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.List);
        var node = Node(name);
        if (node is YamlSequence list)
        {
            return list.Items;
        }

        if (node is not null)
        {
            problems.Add(node.Place, PathOf(name), $"this must be a list (lines starting with \"- \"), and is {node.Noun}");
        }

        return [];
    }

    /// <summary>A list of mappings; those that are none are noted and left out.</summary>
    public IEnumerable<FieldReader> Mappings(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Mappings);
        var index = 0;
        foreach (var node in List(name))
        {
            var at = $"{PathOf(name)}[{index++}]";
            if (node is YamlMapping found)
            {
                yield return new FieldReader(found, at, problems);
            }
            else
            {
                problems.Add(node.Place, at, $"this must be a mapping of fields, and is {node.Noun}");
            }
        }
    }

    /// <summary>A list of texts with their places; wrong elements are noted and left out.</summary>
    public List<(string Text, Place Place)> Texts(string name)
    {
        problems.Catalog?.Note(PathOf(name), FieldShape.Values);
        return TextsOf(List(name), PathOf(name), problems);
    }

    /// <summary>Fields that load and mean nothing here, whatever they hold.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            problems.Catalog?.Ignored(PathOf(name));
            ignored.Add(name);
        }
    }

    /// <summary>Notes every field that was neither read nor ignored.</summary>
    /// <param name="alsoIgnored">More names as for <see cref="Ignore"/>.</param>
    public void Finish(IReadOnlySet<string>? alsoIgnored = null)
    {
        if (problems.Catalog is { } catalog)
        {
            foreach (var name in alsoIgnored ?? Enumerable.Empty<string>())
            {
                catalog.Ignored(PathOf(name));
            }
        }

        foreach (var (key, _) in mapping.Entries)
        {
            if (known.Contains(key.Value) || ignored.Contains(key.Value) || alsoIgnored?.Contains(key.Value) == true)
            {
                continue;
            }

            if (problems.IsFull)
            {
                return;
            }

            var names = known.Concat(ignored).Concat(alsoIgnored ?? Enumerable.Empty<string>()).Distinct(StringComparer.Ordinal).ToList();
            var hint = Suggestion.For(key.Value, names) is { } near ? $"did you mean \"{near}\"?" : $"remove it (known are {string.Join(", ", names)})";
            problems.Add(key.Place, PathOf(key.Value), $"there is no field of this name here: {hint}");
        }
    }

    /// <summary>The text of a scalar that YAML cannot take for anything else.</summary>
    public static string? TextOf(YamlNode node, string field, DocumentProblems problems)
    {
        if (node is not YamlScalar scalar)
        {
            problems.Add(node.Place, field, $"this must be a text, and is {node.Noun}");
            return null;
        }

        switch (scalar.Kind)
        {
            case PlainKind.Text:
                return scalar.Value;
            case PlainKind.Null:
                problems.Add(node.Place, field, "this must be a text, and is empty: write \"\" for the empty text");
                return null;
            default:
                // The value stays out of the message: it may be a password.
                problems.Add(node.Place, field, $"this must be a text, and without quotes YAML may read it as {scalar.Noun}: put it in double quotes");
                return null;
        }
    }

    public static List<(string Text, Place Place)> TextsOf(IReadOnlyList<YamlNode> nodes, string field, DocumentProblems problems)
    {
        var texts = new List<(string, Place)>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (TextOf(nodes[i], $"{field}[{i}]", problems) is { } text)
            {
                texts.Add((text, nodes[i].Place));
            }
        }

        return texts;
    }
}
