using System.Text;

namespace Tidegate.Labels;

/// <summary>
/// Rewrites an RE2 expression for .NET's engine so that it means the same: the classes are ASCII, <c>$</c> is the end of the text (in .NET
/// also before a last line break), <c>[[:alpha:]]</c>, <c>\Q…\E</c> and <c>(?P&lt;n&gt;…)</c> exist, and an opening bracket in a class is a character.
/// What RE2 does not know (look-around, back-references) and what .NET cannot run alike is an error, never a different match.
/// Source: the RE2 syntax page; traps measured on .NET 10.
/// </summary>
internal sealed class Re2Translation
{
    private readonly Re2Cursor cursor;
    private readonly StringBuilder output = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly Re2Repetition repetition = new();
    private readonly Stack<bool> outerDotAll = new();
    private readonly bool captures;
    private int captureCount;

    // The flag s.
    private bool dotAll;

    // Whether there was a .+ before.
    private bool hasPlainRun;

    private Re2Translation(string source, bool captures)
    {
        cursor = new(source);
        this.captures = captures;
    }

    /// <summary>Rewrites an expression.</summary>
    /// <returns>The expression for .NET, without captures; null, and why, when there is none.</returns>
    public static string? Translate(string expression, out string? error) => Run(expression, captures: false, out error)?.Pattern;

    /// <summary>Rewrites an expression for a replacement.</summary>
    /// <returns>The expression for .NET, whose groups are numbered as RE2 numbers them, and the numbers of the named ones; null, and why, when there is none.</returns>
    /// <remarks>.NET counts named groups after all others, so they lose their names.</remarks>
    public static (string Pattern, IReadOnlyDictionary<string, int> Names)? TranslateWithCaptures(string expression, out string? error) =>
        Run(expression, captures: true, out error);

    private static (string Pattern, IReadOnlyDictionary<string, int> Names)? Run(string expression, bool captures, out string? error)
    {
        try
        {
            var translation = new Re2Translation(expression, captures);
            translation.Run();
            error = null;
            return (translation.output.ToString(), translation.names);
        }
        catch (FormatException e)
        {
            error = $"'{expression}' is not a valid RE2 expression: {e.Message}";
            return null;
        }
    }

    private void Run()
    {
        while (!cursor.AtEnd)
        {
            var c = cursor.Current;
            switch (c)
            {
                case '(':
                    Open();
                    break;
                case ')':
                    Close();
                    break;
                case '|':
                    output.Append(c);
                    cursor.Skip(1);
                    repetition.Separator();
                    break;
                case '*' or '+' or '?' or '{' when repetition.Read(cursor) is { } operation:
                    output.Append(operation);
                    break;
                default:
                    Atom(c);
                    break;
            }
        }

        if (repetition.Depth > 0)
        {
            throw new FormatException("missing closing )");
        }
    }

    private void Atom(char c)
    {
        var text = Read(c);
        if (text.Length > 0)
        {
            output.Append(text);
            repetition.Atom();
        }
    }

    private string Read(char c)
    {
        switch (c)
        {
            case '\\':
                return Escape();
            case '[':
                return Re2Class.Read(cursor);
        }

        cursor.Skip(1);
        switch (c)
        {
            case '^':
                return @"\A";
            case '$':
                return @"\z";
            case '.':
                return IsPlainRun() ? (dotAll ? @"[\s\S]" : @"[^\n]") : (dotAll ? Re2Class.DotAll : Re2Class.Dot);
        }

        if (char.IsHighSurrogate(c) && char.IsLowSurrogate(cursor.Current))
        {
            var low = cursor.Current;
            cursor.Skip(1);
            return $"(?:{Re2Cursor.Literal(c)}{Re2Cursor.Literal(low)})";
        }

        return Re2Cursor.Literal(c);
    }

    /// <summary>
    /// Whether the dot before the cursor may take halves of pairs, which is much faster: nothing shows where in a pair a run ends, unless a group
    /// captures it, or each of two runs is content with one half.
    /// </summary>
    private bool IsPlainRun()
    {
        if (captures || cursor.Current is not ('*' or '+'))
        {
            return false;
        }

        if (cursor.Current == '*')
        {
            return true;
        }

        var isFirst = !hasPlainRun && repetition.Depth == 0;
        hasPlainRun = true;
        return isFirst;
    }

    private string Escape()
    {
        if (Re2Class.Perl(cursor) is { } perl)
        {
            return perl;
        }

        switch (cursor.At(1))
        {
            case var c and ('A' or 'z'):
                cursor.Skip(2);
                return $"\\{c}";
            case 'Q':
                return string.Concat((cursor.Between(2, @"\E") ?? cursor.Rest(2)).Select(Re2Cursor.Literal));
            case 'p' or 'P':
                return Re2Class.Property(cursor);
            default:
                return Re2Cursor.Literal(cursor.EscapedCharacter());
        }
    }

    private void Open()
    {
        var wasDotAll = dotAll;
        if (cursor.At(1) != '?')
        {
            cursor.Skip(1);
            output.Append(Capture(null));
        }
        else if ((cursor.At(2) == 'P' && cursor.At(3) == '<') || (cursor.At(2) == '<' && cursor.At(3) is not ('=' or '!')))
        {
            var name = cursor.Between(cursor.At(2) == 'P' ? 4 : 3, ">") ?? throw new FormatException("a group's name without its closing >");
            output.Append(Capture(name));
        }
        else if (Flags())
        {
            // (?i) opens nothing: it holds to the end of the group that it stands in.
            repetition.Separator();
            return;
        }

        outerDotAll.Push(wasDotAll);
        repetition.Open();
    }

    private string Capture(string? name)
    {
        captureCount++;
        if (name is not null)
        {
            var isValid = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
            if (!isValid || !names.TryAdd(name, captureCount))
            {
                throw new FormatException($"the group name '{name}' is {(isValid ? "there twice" : "invalid: letters, digits and _ may stand in it")}");
            }
        }

        return captures ? "(" : "(?:";
    }

    private void Close()
    {
        repetition.Close();
        cursor.Skip(1);
        output.Append(')');
        dotAll = outerDotAll.Pop();
    }

    /// <summary><c>(?i)</c>, <c>(?s-i:</c>, <c>(?:</c>; moves past it.</summary>
    /// <returns>Whether it ends at once.</returns>
    private bool Flags()
    {
        var length = 2;
        var on = true;
        var ignoreCase = (bool?)null;
        for (; cursor.At(length) is var c and not (':' or ')'); length++)
        {
            switch (c)
            {
                case 'i':
                    ignoreCase = on;
                    break;
                case 's':
                    dotAll = on;
                    break;
                case '-' when on && cursor.At(length + 1) is 'i' or 's':
                    on = false;
                    break;
                default:
                    throw new FormatException("after (? only a name, the flags i and s or : is supported; RE2 has no look-around");
            }
        }

        var flags = ignoreCase switch { true => "i", false => "-i", null => "" };
        var closed = cursor.At(length) == ')';
        cursor.Skip(length + 1);
        if (!closed)
        {
            output.Append($"(?{flags}:");
        }
        else if (flags.Length > 0)
        {
            output.Append($"(?{flags})");
        }

        return closed;
    }
}
