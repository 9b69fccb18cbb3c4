namespace Tidegate.Yaml;

/// <summary>A position in a text, both counted from 1.</summary>
internal readonly record struct Place(int Line, int Column);

/// <summary>One value of a document with the place where it was written.</summary>
internal abstract class YamlNode(Place place)
{
    public Place Place { get; } = place;

    /// <summary>The kind of value as messages name it.</summary>
    public abstract string Noun { get; }

    /// <summary>Whether nothing was written: an empty value, <c>~</c> or <c>null</c>.</summary>
    public virtual bool IsNull => false;
}

/// <summary>A text, number or flag; which of them depends on who reads it.</summary>
/// <param name="isPlain">Written without quotes, so that YAML may take it for something else than text.</param>
internal sealed class YamlScalar(Place place, string value, bool isPlain) : YamlNode(place)
{
    public string Value { get; } = value;

    /// <summary>Written without quotes.</summary>
    public bool IsPlain => isPlain;

    public PlainKind Kind => isPlain ? PlainScalar.Classify(Value) : PlainKind.Text;

    public override bool IsNull => Kind == PlainKind.Null;

    public override string Noun => Kind switch
    {
        PlainKind.Null => "an empty value",
        PlainKind.Flag or PlainKind.OldFlag => "a flag",
        PlainKind.Number => "a number",
        _ => "a text",
    };
}

internal sealed class YamlSequence(Place place) : YamlNode(place)
{
    public List<YamlNode> Items { get; } = [];

    public override string Noun => "a list";
}

/// <summary>Distinct keys in the order of the text.</summary>
internal sealed class YamlMapping(Place place) : YamlNode(place)
{
    public List<YamlEntry> Entries { get; } = [];

    public override string Noun => "a mapping";

    public YamlNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (string.Equals(entry.Key.Value, key, StringComparison.Ordinal))
            {
                return entry.Value;
            }
        }

        return null;
    }
}

/// <summary>A key of a mapping and what it holds.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);
