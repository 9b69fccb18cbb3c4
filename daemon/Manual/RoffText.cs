using System.Text;

namespace Tidegate.Manual;

/// <summary>
/// Plain text → roff. In running text, <c>`name`</c> is printed bold, as what is typed literally, and <c>_NAME_</c> in italics, as what a person puts in
/// place of it. Rules: groff_char(7), man(7).
/// </summary>
internal static class RoffText
{
    private const string Bold = "\\fB";
    private const string Italic = "\\fI";
    private const string Roman = "\\fR";

    /// <summary>Text that a person may copy: a hyphen stays a hyphen-minus, a quote a quote.</summary>
    public static string Literal(string text) => Escape(text, isLiteral: true);

    /// <summary>Running text with its marks. Line breaks become spaces.</summary>
    public static string Running(string text)
    {
        var roff = new StringBuilder();
        var one = text.ReplaceLineEndings(" ").Trim();
        for (var at = 0; at < one.Length;)
        {
            var end = one[at] switch
            {
                '`' => one.IndexOf('`', at + 1),
                '_' when IsItalic(one, at) => one.IndexOf('_', at + 1),
                _ => -1,
            };
            if (end > 0)
            {
                roff.Append(one[at] == '`' ? Bold : Italic).Append(Whole(one[(at + 1)..end])).Append(Roman);
                at = end + 1;
            }
            else
            {
                var next = one.IndexOfAny(['`', '_'], at + 1);
                next = next < 0 ? one.Length : next;
                roff.Append(Escape(one[at..next], isLiteral: false));
                at = next;
            }
        }

        return Wrapped(roff.ToString());
    }

    /// <summary>Lines of at most 80 bytes where words allow it, as roff's own tools want them; the reader's terminal breaks lines anew.</summary>
    private static string Wrapped(string roff)
    {
        const int Width = 78;
        var text = new StringBuilder(roff.Length + 8);
        var column = 0;
        foreach (var word in roff.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var fits = column > 0 && column + 1 + word.Length <= Width;
            var next = fits ? word : Guarded(word);
            text.Append(column == 0 ? "" : fits ? " " : "\n").Append(next);
            column = fits ? column + 1 + word.Length : next.Length;
        }

        return text.ToString();
    }

    /// <summary>An argument of a macro, in quotes.</summary>
    public static string Argument(string text) => $"\"{Literal(text)}\"";

    /// <summary>A line that would begin with a control character gets an empty glyph in front.</summary>
    public static string Guarded(string roff) => roff.StartsWith('.') || roff.StartsWith('\'') ? "\\&" + roff : roff;

    public static string InBold(string text) => Bold + Whole(text) + Roman;

    public static string InItalic(string text) => Italic + Whole(text) + Roman;

    /// <summary>Only whole words in capitals: the underscore of a setting's name is none.</summary>
    private static bool IsItalic(string text, int at)
    {
        var end = text.IndexOf('_', at + 1);
        return end > at + 1 && (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && text[(at + 1)..end].All(c => char.IsAsciiLetterUpper(c) || c is ':' or '/' or '=');
    }

    /// <summary>A name that is broken at the end of a line cannot be copied: <c>\%</c> forbids it.</summary>
    private static string Whole(string text) =>
        string.Join(' ', text.Split(' ').Select(w => w.Length > 4 && w.Any(char.IsLetter) ? "\\%" + Literal(w) : Literal(w)));

    private static string Escape(string text, bool isLiteral)
    {
        var roff = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            roff.Append(rune.Value switch
            {
                '\\' => "\\(rs",
                '"' => "\\(dq",
                '-' when isLiteral => "\\-",
                '\'' when isLiteral => "\\(aq",
                '`' => "\\(ga",
                '^' => "\\(ha",
                '~' => "\\(ti",
                > 0x7e => $"\\[u{rune.Value:X4}]",
                _ => rune.ToString(),
            });
        }

        return roff.ToString();
    }
}
