namespace Tidegate.Configuration;

/// <summary>A place in the file, counted from 1.</summary>
internal readonly record struct YamlPlace(int Line, int Column);

/// <summary>A node of the document with the place where it starts. Aliases are already replaced by what they name.</summary>
internal abstract class YamlNode(YamlPlace place)
{
    public YamlPlace Place { get; } = place;

    /// <summary>How an error message calls this kind of node.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether it says nothing: null, or a mapping or list without entries.</summary>
    public abstract bool IsEmpty { get; }

    public bool IsNull => this is YamlScalar { IsPlain: true, Text: "" or "~" or "null" or "Null" or "NULL" };
}

/// <summary>A single value.</summary>
internal sealed class YamlScalar(YamlPlace place, string text, bool isPlain) : YamlNode(place)
{
    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes, so that <c>null</c> and <c>~</c> mean nothing at all.</summary>
    public bool IsPlain { get; } = isPlain;

    public override string Kind => "a single value";

    public override bool IsEmpty => IsNull;
}

/// <summary>A list.</summary>
internal sealed class YamlSequence(YamlPlace place, IReadOnlyList<YamlNode> items) : YamlNode(place)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Kind => "a list";

    public override bool IsEmpty => Items.Count == 0;
}

/// <summary>A mapping, without duplicate keys, merge keys applied.</summary>
internal sealed class YamlMapping(YamlPlace place, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> entries) : YamlNode(place)
{
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = entries;

    public override string Kind => "a mapping";

    public override bool IsEmpty => Entries.Count == 0;
}
