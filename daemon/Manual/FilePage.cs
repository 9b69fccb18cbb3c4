using Tidegate.Yaml;

namespace Tidegate.Manual;

/// <summary>
/// A page of section 5: every field that the reader asks for, with the type, default and bounds that the reader has for it and the explanation that
/// people wrote.
/// </summary>
/// <param name="samples">A line of YAML for each field, where there is one.</param>
internal sealed class FilePage(PageTitle title, FieldCatalog catalog, PageText text, IReadOnlyDictionary<string, string> samples, Edition edition)
{
    private readonly Dictionary<string, FieldFacts> facts = catalog.Found.ToDictionary(f => f.Path, StringComparer.Ordinal);

    /// <summary>What is wrong between the reader and the texts: fields without an explanation, explanations without a field, defaults said twice.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        var described = text.Fields.SelectMany(f => f.Names).ToList();
        faults.AddRange(described.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => $"{g.Key} is described twice"));
        faults.AddRange(described.Where(n => !facts.ContainsKey(n)).Select(n => $"{n} is described, but nothing reads it"));
        faults.AddRange(Readable().Where(f => !described.Contains(f.Path)).Select(f => $"{f.Path} is read, but not described"));
        faults.AddRange(text.Fields.Where(t => t.Default is not null).SelectMany(t => t.Names)
            .Where(n => facts.GetValueOrDefault(n)?.Default is not null).Select(n => $"{n} has its default in the code; remove the one in the text"));
        faults.AddRange(text.Fields.Where(t => t.Names.Select(n => facts.GetValueOrDefault(n)).OfType<FieldFacts>().Select(f => f with { Path = "" }).Distinct().Count() > 1)
            .Select(t => $"{string.Join(", ", t.Names)} are read as different things; describe each on its own"));
        return [.. faults.Order(StringComparer.Ordinal)];
    }

    public string Roff()
    {
        if (Faults() is { Count: > 0 } faults)
        {
            throw new InvalidOperationException($"{title}: {string.Join("; ", faults)}");
        }

        var page = new RoffPage(title, edition);
        page.Section("DESCRIPTION").Text(text.Text);
        page.Section("FIELDS");
        foreach (var field in text.Fields)
        {
            page.Item([.. field.Names.Select(RoffText.InBold)], Facts(field) + "\n\n" + field.Text + Sample(field));
        }

        Listed(page, FieldUse.Ignored, "IGNORED FIELDS", "These load, whatever they hold, and mean nothing here.");
        Listed(page, FieldUse.Refused, "REFUSED FIELDS", "What these would ask for is not done by this version, so a value in one of them is an error instead of being ignored.");
        PageSections.Write(page, text.Sections);
        if (text.Example is { } example)
        {
            page.Section("EXAMPLES").Literal(example);
        }

        page.Section("SEE ALSO").Raw(string.Join(", ", text.SeeAlso.Order(StringComparer.Ordinal).Select(PageSections.Reference)));
        return page.ToString();
    }

    /// <summary>Fields that mean something; what stands below an ignored or refused one does not.</summary>
    private IEnumerable<FieldFacts> Readable() => facts.Values.Where(f => facts.Values.All(o => o.Use == FieldUse.Read || !IsAtOrBelow(f.Path, o.Path)));

    private static bool IsAtOrBelow(string path, string above) =>
        path == above || (path.StartsWith(above, StringComparison.Ordinal) && path[above.Length] is '.' or '[');

    private string Facts(FieldText field)
    {
        var first = facts[field.Names[0]];
        var words = new List<string> { TypeOf(first) };
        words.AddRange(first.Bounds is { } bounds ? [bounds] : []);
        words.AddRange(first.IsRequired ? ["required"] : []);
        words.AddRange((first.Default is { } code ? $"`{code}`" : field.Default) is { } standard ? [$"default: {standard}"] : []);
        var line = string.Join("; ", words.Where(w => w.Length > 0));
        return line.Length == 0 ? "Any value." : char.ToUpperInvariant(line[0]) + line[1..] + ".";
    }

    /// <summary>Sections show themselves in what stands below them.</summary>
    private string Sample(FieldText field) =>
        string.Concat(field.Names.Where(n => samples.ContainsKey(n) && !IsSection(n)).Take(1).Select(n => $"\n\n    {samples[n]}"));

    private bool IsSection(string path) => facts.Keys.Any(k => k.StartsWith(path, StringComparison.Ordinal) && k.Length > path.Length && k[path.Length] is '.' or '[');

    private string TypeOf(FieldFacts fact) => fact.Type ?? fact.Shape switch
    {
        FieldShape.Value => "a text",
        FieldShape.List => "a list",
        FieldShape.Values => "a list of texts",
        FieldShape.Mapping => IsSection(fact.Path) ? "a mapping" : "a mapping of names to values",
        FieldShape.Mappings => "a list of mappings",
        _ => "",
    };

    private void Listed(RoffPage page, FieldUse use, string heading, string text)
    {
        var byNames = facts.Values.Where(f => f.Use == use).Select(f => f.Path).Order(StringComparer.Ordinal)
            .GroupBy(ParentOf, StringComparer.Ordinal).GroupBy(g => string.Join(", ", g.Select(p => $"`{p[(p.LastIndexOf('.') + 1)..]}`"))).ToList();
        if (byNames.Count == 0)
        {
            return;
        }

        page.Section(heading).Text(text);
        foreach (var names in byNames)
        {
            page.Item([.. names.Select(g => g.Key.Length == 0 ? RoffText.Running("at the top") : RoffText.InBold(g.Key))], names.Key + ".");
        }
    }

    private static string ParentOf(string path) => path.LastIndexOf('.') is var dot and >= 0 ? path[..dot] : "";
}
