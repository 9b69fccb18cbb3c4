namespace Tidegate.Manual;

/// <summary>One exit code that scripts may rely on.</summary>
internal sealed record ExitMeaning(int Code, string Meaning);

/// <summary>The pages of section 1: one for the program and one for each command.</summary>
internal sealed class CommandPage(CommandNode root, IReadOnlyList<ExitMeaning> exitCodes, IReadOnlyDictionary<string, PageText> texts, Edition edition)
{
    private const int Differences = 3;
    private const int Unreachable = 4;

    private static readonly PageText Nothing = new("", "", [], [], [], null, []);

    public static PageTitle TitleOf(CommandNode command) => new(command.PageName, 1, Summary(command));

    public IEnumerable<(PageTitle Title, string Roff)> All() => root.All().Select(c => (TitleOf(c), Page(c)));

    /// <summary>Its description as a heading has it; the program's own begins with its name, which stands in front of it already.</summary>
    private static string Summary(CommandNode command)
    {
        var text = command.Description.TrimEnd('.');
        var own = command.Path + ": ";
        text = text.StartsWith(own, StringComparison.OrdinalIgnoreCase) ? text[own.Length..] : text;
        return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : "";
    }

    private string Page(CommandNode command)
    {
        var text = texts.GetValueOrDefault(command.Path) ?? Nothing;
        var page = new RoffPage(TitleOf(command), edition);
        page.Section("SYNOPSIS").Raw(Synopsis(command));
        page.Section("DESCRIPTION").Text(text.Text.Length > 0 ? text.Text : command.Description);
        Commands(page, command);
        Options(page, command);
        page.Section("EXIT STATUS");
        foreach (var (code, meaning) in exitCodes.Where(e => Applies(e, command)))
        {
            page.Item([RoffText.InBold($"{code}")], meaning);
        }

        Written(page, command, text);
        page.Section("SEE ALSO").Raw(string.Join(", ", SeeAlso(command, text)));
        return page.ToString();
    }

    private static string Synopsis(CommandNode command)
    {
        var words = new List<string> { RoffText.InBold(command.Path) };
        words.AddRange(command.Options.Count > 0 ? ["[" + RoffText.InItalic("OPTIONS") + "]"] : []);
        words.AddRange(command.Arguments.Select(a => a.IsRequired ? RoffText.InItalic(a.Name) : $"[{RoffText.InItalic(a.Name)}]"));
        words.AddRange(command.Commands.Count > 0 ? [RoffText.InItalic("COMMAND")] : []);
        return string.Join(' ', words);
    }

    private static void Commands(RoffPage page, CommandNode command)
    {
        if (command.Commands.Count == 0)
        {
            return;
        }

        page.Section("COMMANDS");
        foreach (var child in command.All().Skip(1).Where(c => c.Commands.Count == 0))
        {
            page.Item([RoffText.InBold(child.Path[(command.Path.Length + 1)..]) + string.Concat(child.Arguments.Select(a => " " + RoffText.InItalic(a.Name)))], child.Description);
        }
    }

    private static void Options(RoffPage page, CommandNode command)
    {
        if (command.Arguments.Count > 0)
        {
            page.Section("ARGUMENTS");
            foreach (var argument in command.Arguments)
            {
                page.Item([RoffText.InItalic(argument.Name)], Sentence(argument.Description));
            }
        }

        page.Section("OPTIONS");
        foreach (var option in command.Options)
        {
            var value = option.Value.Kind == ValueKind.None ? "" : " " + RoffText.InItalic(option.Value.Name);
            var text = Sentence(option.Description) + (option.Default is { } standard ? $" Default: `{standard}`." : "") + (option.IsRepeatable ? " May be given more than once." : "");
            page.Item([string.Join(", ", option.Names.Reverse().Select(RoffText.InBold)) + value], text);
        }
    }

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    /// <summary>Only who can meet a code needs to know it.</summary>
    private static bool Applies(ExitMeaning exit, CommandNode command) => command.Commands.Count > 0 || exit.Code switch
    {
        Differences => command.Takes("--exit-code"),
        Unreachable => command.Takes("--socket"),
        _ => true,
    };

    private void Written(RoffPage page, CommandNode command, PageText text)
    {
        if (command != root)
        {
            Inherited(page, command);
        }

        PageSections.Write(page, text.Sections);
        if (text.Examples.Count == 0)
        {
            return;
        }

        page.Section("EXAMPLES");
        foreach (var example in text.Examples)
        {
            page.Item([RoffText.InBold(example.Command)], example.Text);
        }
    }

    /// <summary>The variables of the program's own page that this command's options name.</summary>
    private void Inherited(RoffPage page, CommandNode command)
    {
        var variables = texts.GetValueOrDefault(root.Path)?.Sections.FirstOrDefault(s => s.Title == "ENVIRONMENT")?.Items ?? [];
        var used = variables.Where(v => command.Options.Any(o => o.Description.Contains("$" + v.Term.Trim('`'), StringComparison.Ordinal))).ToList();
        if (used.Count > 0)
        {
            PageSections.Write(page, [new("ENVIRONMENT", "", used)]);
        }
    }

    private IEnumerable<string> SeeAlso(CommandNode command, PageText text)
    {
        var related = command.Commands.Select(c => TitleOf(c).ToString())
            .Concat(command == root ? [] : [TitleOf(root).ToString()])
            .Concat(text.SeeAlso);
        return related.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(PageSections.Reference);
    }
}
