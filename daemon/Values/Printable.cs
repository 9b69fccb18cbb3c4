using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tidegate.Values;

/// <summary>
/// Text that others wrote (commits, names of files, manifests, servers), made fit for a terminal or a log: what could move a cursor, start a line, reorder one
/// or hide in one is written as an escape. Text that is fit already stays as it is, so that doing it twice changes nothing more.
/// </summary>
internal static class Printable
{
    /// <summary>On one line: control characters (C0, DEL, C1), format characters (bidirectional overrides and isolates, zero-width ones, tags), line and
    /// paragraph separators and unpaired surrogates become <c>\u202e</c>, beyond the basic plane <c>\U000e0001</c>.</summary>
    public static string Line(string text) => Escape(text, keepsLineEnds: false);

    /// <summary>The same, with its line ends.</summary>
    public static string Lines(string text) => Escape(text, keepsLineEnds: true);

    /// <summary>A JSON text: its own escapes are kept, and the rest becomes JSON's escapes, two of them beyond the basic plane.</summary>
    public static string Json(string text) => IsFit(text, keepsLineEnds: true)
        ? text
        : string.Concat(text.EnumerateRunes().Select(r => IsUnsafe(r) && r.Value != '\n'
            ? string.Concat(r.ToString().Select(c => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")))
            : r.ToString()));

    /// <summary>The name of a file as it is on disk or in a tree: bytes that are not UTF-8 become <c>\xff</c>, and a backslash is doubled, so that two names never look alike.</summary>
    public static string Name(ReadOnlySpan<byte> name)
    {
        var shown = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(name, out var rune, out var length);
            if (status == OperationStatus.Done)
            {
                Append(shown, rune, isName: true);
            }
            else
            {
                foreach (var wrong in name[..length])
                {
                    shown.Append(CultureInfo.InvariantCulture, $"\\x{wrong:x2}");
                }
            }

            name = name[length..];
        }

        return shown.ToString();
    }

    /// <summary>The same of a name that is text already.</summary>
    public static string Name(string name) => IsPlainName(name) ? name : Name(Encoding.UTF8.GetBytes(name));

    /// <summary>Whether a character is written as an escape.</summary>
    public static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>The escape of a character.</summary>
    public static string EscapeOf(Rune rune) => rune.IsBmp
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")
        : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");

    private static bool IsPlainName(string name)
    {
        foreach (var character in name)
        {
            if (character is < ' ' or > '~' or '\\')
            {
                return false;
            }
        }

        return true;
    }

    private static string Escape(string text, bool keepsLineEnds)
    {
        if (IsFit(text, keepsLineEnds))
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
                continue;
            }

            i += rune.Utf16SequenceLength - 1;
            _ = keepsLineEnds && rune.Value == '\n' ? escaped.Append('\n') : Append(escaped, rune, isName: false);
        }

        return escaped.ToString();
    }

    private static StringBuilder Append(StringBuilder to, Rune rune, bool isName) => rune switch
    {
        { Value: '\\' } when isName => to.Append(@"\\"),
        _ when IsUnsafe(rune) => to.Append(EscapeOf(rune)),
        _ => to.Append(rune.ToString()),
    };

    private static bool IsFit(string text, bool keepsLineEnds)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character is >= ' ' and <= '~' || (keepsLineEnds && character == '\n'))
            {
                continue;
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune) || IsUnsafe(rune))
            {
                return false;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return true;
    }
}
