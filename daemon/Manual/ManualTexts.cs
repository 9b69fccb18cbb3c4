using Tidegate.Yaml;

namespace Tidegate.Manual;

/// <summary>A command line and what it is good for.</summary>
internal sealed record Example(string Text, string Command);

/// <summary>A term and its explanation.</summary>
internal sealed record TextItem(string Term, string Text);

/// <summary>A section that people wrote.</summary>
internal sealed record TextSection(string Title, string Text, IReadOnlyList<TextItem> Items);

/// <summary>One or several fields with one explanation.</summary>
/// <param name="Names">Paths as the reader's catalogue has them.</param>
/// <param name="Default">The default in words, where the code cannot say it.</param>
internal sealed record FieldText(IReadOnlyList<string> Names, string Text, string? Default);

/// <summary>What people wrote for one page; names, types, defaults and bounds are not in it.</summary>
/// <param name="Sections">Printed after the description and what is made from definitions.</param>
/// <param name="Example">A document that is printed as it stands.</param>
internal sealed record PageText(string Summary, string Text, IReadOnlyList<FieldText> Fields, IReadOnlyList<TextSection> Sections, IReadOnlyList<Example> Examples, string? Example, IReadOnlyList<string> SeeAlso);

/// <summary>Reads the texts that are part of the program. They are as strict as manifests: an unknown field ends the program.</summary>
internal static class ManualTexts
{
    private const string Prefix = "manual/";

    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(ManualTexts).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <param name="name">A file of this folder's <c>texts</c>, without <c>.yaml</c>.</param>
    /// <exception cref="InvalidOperationException">The file is not as it must be; the message lists what is wrong.</exception>
    public static PageText Page(string name) => Read(name + ".yaml", Page);

    /// <summary>What people wrote about commands, by the words that call them.</summary>
    public static IReadOnlyDictionary<string, PageText> Commands() => Read("commands.yaml", root =>
        root.Entries.ToDictionary(e => e.Key.Value, e => Page(root.Mapping(e.Key.Value)!), StringComparer.Ordinal));

    private static T Read<T>(string file, Func<FieldReader, T> read)
    {
        using var stream = typeof(ManualTexts).Assembly.GetManifestResourceStream(Prefix + file) ?? throw new InvalidOperationException($"There is no text {file}.");
        using var reader = new StreamReader(stream);
        var problems = new DocumentProblems(file);
        var root = NodeParser.Parse(new DocumentText(reader.ReadToEnd(), 1), problems) as YamlMapping;
        var result = root is null ? default : read(new FieldReader(root, "", problems));
        return result is null || problems.Any ? throw new InvalidOperationException(string.Join('\n', problems.Found)) : result;
    }

    private static PageText Page(FieldReader page)
    {
        var text = new PageText(
            page.Text("summary") ?? "",
            page.Text("text") ?? "",
            [.. page.Mappings("fields").Select(Field)],
            [.. page.Mappings("sections").Select(Section)],
            [.. page.Mappings("examples").Select(Example)],
            page.Text("example"),
            [.. page.Texts("see_also").Select(s => s.Text)]);
        page.Finish();
        return text;
    }

    private static FieldText Field(FieldReader field)
    {
        var text = new FieldText([.. field.Texts("names").Select(n => n.Text)], field.RequiredText("text") ?? "", field.Text("default"));
        field.Finish();
        return text;
    }

    private static TextSection Section(FieldReader section)
    {
        var text = new TextSection(section.RequiredText("title") ?? "", section.Text("text") ?? "", [.. section.Mappings("items").Select(Item)]);
        section.Finish();
        return text;
    }

    private static TextItem Item(FieldReader item)
    {
        var text = new TextItem(item.RequiredText("term") ?? "", item.RequiredText("text") ?? "");
        item.Finish();
        return text;
    }

    private static Example Example(FieldReader example)
    {
        var text = new Example(example.RequiredText("text") ?? "", example.RequiredText("command") ?? "");
        example.Finish();
        return text;
    }
}
