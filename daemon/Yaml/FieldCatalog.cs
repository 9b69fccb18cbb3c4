using System.Text;
using System.Text.RegularExpressions;

namespace Tidegate.Yaml;

/// <summary>What stands under a key, from what says least to what says most.</summary>
internal enum FieldShape
{
    /// <summary>The reader looks at it and has not said what it should be.</summary>
    Any,
    Value,
    List,
    Values,
    Mapping,
    Mappings,
}

/// <summary>What a reader does with a key.</summary>
internal enum FieldUse
{
    Read,

    /// <summary>Loads, whatever it holds, and means nothing.</summary>
    Ignored,

    /// <summary>Is an error unless it is empty.</summary>
    Refused,
}

/// <summary>What a reader has said about one key.</summary>
/// <param name="Path">Such as <c>spec.allow.kubernetes_groups</c>; the items of a list are <c>[]</c>.</param>
internal sealed record FieldFacts(string Path)
{
    public FieldShape Shape { get; init; }

    public FieldUse Use { get; init; }

    /// <summary>The type in words, where it is more than the shape.</summary>
    public string? Type { get; init; }

    /// <summary>What an absent key means, written as in a file.</summary>
    public string? Default { get; init; }

    /// <summary>Which values are taken.</summary>
    public string? Bounds { get; init; }

    public bool IsRequired { get; init; }
}

/// <summary>
/// Listens to a reader and keeps which keys it asks for, and as what: the reference pages are made of this, so they cannot say anything else
/// than the code. Readers go into a section only where a file has it; <see cref="Explore"/> therefore reads again and again, each time with what was
/// found before, until nothing new appears.
/// </summary>
internal sealed partial class FieldCatalog
{
    /// <summary>More rounds than any file is deep.</summary>
    private const int MaxRounds = 20;

    private readonly Dictionary<string, FieldFacts> facts = new(StringComparer.Ordinal);
    private bool changed;

    /// <summary>In no particular order.</summary>
    public IReadOnlyCollection<FieldFacts> Found => facts.Values;

    /// <param name="seeds">Values that the document always has, by path, as YAML writes them.</param>
    /// <param name="read">Reads a document and tells the catalogue.</param>
    public static FieldCatalog Explore(IReadOnlyDictionary<string, string> seeds, Action<string, FieldCatalog> read)
    {
        var catalog = new FieldCatalog();
        for (var round = 0; round < MaxRounds; round++)
        {
            catalog.changed = false;
            read(catalog.Document(seeds), catalog);
            if (!catalog.changed)
            {
                return catalog;
            }
        }

        throw new InvalidOperationException($"The reader still asks for new keys after {MaxRounds} rounds.");
    }

    /// <summary>A key is read. What was said of it before is kept where this says less.</summary>
    public void Note(string path, FieldShape shape, string? type = null, string? absent = null, string? bounds = null) => Change(path, f => f with
    {
        Shape = shape > f.Shape ? shape : f.Shape,
        Type = type ?? f.Type,
        Default = absent ?? f.Default,
        Bounds = bounds ?? f.Bounds,
    });

    public void Required(string path) => Change(path, f => f with { IsRequired = true });

    public void Ignored(string path) => Change(path, f => f with { Use = FieldUse.Ignored });

    public void Refused(string path) => Change(path, f => f with { Use = FieldUse.Refused });

    private void Change(string path, Func<FieldFacts, FieldFacts> change)
    {
        var key = Index().Replace(path, "[]");
        var before = facts.GetValueOrDefault(key);
        var after = change(before ?? new(key));
        facts[key] = after;
        changed |= before != after;
    }

    /// <summary>The smallest document with every section found so far; what has no type yet is there as a text, in case that makes the reader say more.</summary>
    private string Document(IReadOnlyDictionary<string, string> seeds)
    {
        var text = new StringBuilder();
        Write(text, "", seeds);
        return text.Append('\n').ToString();
    }

    private void Write(StringBuilder text, string parent, IReadOnlyDictionary<string, string> seeds)
    {
        var paths = facts.Keys.Concat(seeds.Keys).Concat(seeds.Keys.Select(ParentOf)).Where(p => p.Length > 0 && ParentOf(p) == parent);
        text.Append("{ ");
        foreach (var path in paths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var start = text.Length;
            text.Append(path[(path.LastIndexOf('.') + 1)..]).Append(": ");
            if (seeds.TryGetValue(path, out var seed))
            {
                text.Append(seed);
            }
            else if (!WriteFound(text, path, seeds))
            {
                text.Length = start;
                continue;
            }

            text.Append(", ");
        }

        text.Append('}');
    }

    /// <returns>False when the document does without it.</returns>
    private bool WriteFound(StringBuilder text, string path, IReadOnlyDictionary<string, string> seeds)
    {
        switch (facts.GetValueOrDefault(path)?.Shape ?? FieldShape.Mapping)
        {
            case FieldShape.Any:
                text.Append("\"/text\"");
                return true;
            case FieldShape.Mapping:
                Write(text, path, seeds);
                return true;
            case FieldShape.Mappings:
                text.Append("[ ");
                Write(text, path + "[]", seeds);
                text.Append(" ]");
                return true;
            default:
                return false;
        }
    }

    private static string ParentOf(string path) => path.LastIndexOf('.') is var dot and >= 0 ? path[..dot] : "";

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
