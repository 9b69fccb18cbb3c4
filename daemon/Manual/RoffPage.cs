using System.Text;

namespace Tidegate.Manual;

/// <summary>Where a page belongs and when it was made.</summary>
/// <param name="Name">Such as <c>tidegate-plan</c>.</param>
/// <param name="Section">1 commands, 5 files, 7 conventions, 8 daemons.</param>
internal sealed record PageTitle(string Name, int Section, string Summary)
{
    public string File => $"man/man{Section}/{Name}.{Section}";

    /// <summary>As other pages refer to it.</summary>
    public override string ToString() => $"{Name}({Section})";
}

/// <summary>The version and date that stand on every page.</summary>
/// <param name="Date">Such as <c>2026-11-23</c>; empty: none.</param>
internal sealed record Edition(string Version, string Date);

/// <summary>Writes one manual page with the macros of man(7), those that groff and mandoc both know.</summary>
internal sealed class RoffPage
{
    private readonly StringBuilder roff = new();

    /// <summary>After a heading a paragraph macro is of no use, and mandoc says so.</summary>
    private bool afterHeading;

    public RoffPage(PageTitle title, Edition edition)
    {
        roff.Append(".\\\" Made by 'tidegate generate-docs': change the definitions, not this file.\n");
        roff.Append($".TH {RoffText.Argument(title.Name.ToUpperInvariant())} {title.Section} \"{edition.Date}\" {RoffText.Argument("Tidegate " + edition.Version)} \"Tidegate Manual\"\n");

        // Hyphenated or justified, a command is hard to read and to copy.
        roff.Append(".nh\n.ad l\n");
        Section("NAME");
        roff.Append($"{RoffText.Literal(title.Name)} \\- {RoffText.Running(title.Summary).Replace('\n', ' ')}\n");
    }

    public RoffPage Section(string title)
    {
        roff.Append($".SH {RoffText.Argument(title)}\n");
        afterHeading = true;
        return this;
    }

    /// <summary>One paragraph for each block of text between empty lines; a block whose lines are all indented is printed as it stands.</summary>
    public RoffPage Text(string text)
    {
        foreach (var block in Blocks(text))
        {
            Paragraph();
            Block(block);
        }

        return this;
    }

    /// <summary>A term and what it means.</summary>
    /// <param name="terms">In roff already; each on a line of its own.</param>
    public RoffPage Item(IReadOnlyList<string> terms, string text)
    {
        afterHeading = false;
        roff.Append(".TP\n").AppendJoin(".TQ\n", terms.Select(t => RoffText.Guarded(t) + "\n"));
        var first = true;
        foreach (var block in Blocks(text))
        {
            roff.Append(first ? "" : ".IP\n");
            first = false;
            Block(block);
        }

        return this;
    }

    /// <summary>Lines that are printed as they stand.</summary>
    public RoffPage Literal(string text)
    {
        Paragraph();
        LiteralLines(text.TrimEnd('\n').Split('\n'));
        return this;
    }

    /// <summary>One line in roff.</summary>
    public RoffPage Raw(string line)
    {
        roff.Append(RoffText.Guarded(line)).Append('\n');
        afterHeading = false;
        return this;
    }

    /// <summary>What follows begins a new line.</summary>
    public RoffPage Break()
    {
        roff.Append(".br\n");
        return this;
    }

    public override string ToString() => roff.ToString();

    private static IEnumerable<string[]> Blocks(string text) => text.ReplaceLineEndings("\n").Trim('\n').Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(b => b.Trim('\n').Split('\n'));

    private void Block(string[] lines)
    {
        if (lines.All(l => l.StartsWith("    ", StringComparison.Ordinal)))
        {
            LiteralLines(lines);
        }
        else
        {
            roff.Append(RoffText.Running(string.Join(' ', lines))).Append('\n');
        }
    }

    private void LiteralLines(IEnumerable<string> lines)
    {
        roff.Append(".EX\n");
        foreach (var line in lines)
        {
            roff.Append(RoffText.Guarded(RoffText.Literal(line))).Append('\n');
        }

        roff.Append(".EE\n");
    }

    private void Paragraph()
    {
        roff.Append(afterHeading ? "" : ".PP\n");
        afterHeading = false;
    }
}
