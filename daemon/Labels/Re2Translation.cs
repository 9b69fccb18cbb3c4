using System.Globalization;
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
    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    private static readonly Dictionary<char, string> PerlClasses = new() { ['d'] = "0-9", ['s'] = @"\t\n\f\r ", ['w'] = "0-9A-Za-z_" };

    private readonly string source;
    private readonly StringBuilder output = new();
    private int at;

    private readonly bool captures;

    private Re2Translation(string source, bool captures)
    {
        this.source = source;
        this.captures = captures;
    }

    /// <summary>Rewrites an expression.</summary>
    /// <param name="captures">Whether groups are kept for a replacement; a match alone is faster without them.</param>
    /// <returns>The expression for .NET; null, and why, when there is none.</returns>
    public static string? Translate(string expression, bool captures, out string? error)
    {
        try
        {
            var translation = new Re2Translation(expression, captures);
            translation.Run();
            error = null;
            return translation.output.ToString();
        }
        catch (FormatException e)
        {
            error = $"'{expression}' is not a valid RE2 expression: {e.Message}";
            return null;
        }
    }

    private void Run()
    {
        while (at < source.Length)
        {
            var c = source[at];
            switch (c)
            {
                case '\\':
                    Escape();
                    break;
                case '[':
                    Class();
                    break;
                case '(':
                    Group();
                    break;
                case '^':
                    Put(@"\A", 1);
                    break;
                case '$':
                    Put(@"\z", 1);
                    break;
                case '.':
                    Put(@"[^\n]", 1);
                    break;
                case '#' or ' ':
                    Put("\\" + c, 1);
                    break;
                default:
                    Put(c.ToString(), 1);
                    break;
            }
        }
    }

    private void Put(string text, int consumed)
    {
        output.Append(text);
        at += consumed;
    }

    private void Escape()
    {
        var c = Peek(1);
        if (PerlClasses.TryGetValue(char.ToLowerInvariant(c), out var perl))
        {
            Put(char.IsLower(c) ? $"[{perl}]" : $"[^{perl}]", 2);
        }
        else if (c == 'A' || c == 'z')
        {
            Put($"\\{c}", 2);
        }
        else if (c == 'Q')
        {
            var end = source.IndexOf(@"\E", at, StringComparison.Ordinal);
            var text = end < 0 ? source[(at + 2)..] : source[(at + 2)..end];
            Put(System.Text.RegularExpressions.Regex.Escape(text), 0);
            at = end < 0 ? source.Length : end + 2;
        }
        else
        {
            Put(Character(), 0);
        }
    }

    /// <summary>One escaped character, in a class or outside; moves past it.</summary>
    private string Character()
    {
        var c = Peek(1);
        switch (c)
        {
            case 'a' or 'f' or 't' or 'n' or 'r' or 'v':
                at += 2;
                return $"\\{c}";
            case 'x':
                return Hexadecimal();
            case 'p' or 'P':
                return Property();
            case 'b' or 'B':
                throw new FormatException($@"\{c} is not supported, because the gate's engine sees other word boundaries than RE2; list the characters instead");
            case >= '0' and <= '9':
                throw new FormatException($@"\{c} is not supported: RE2 has no back-references; write a character by its number as \x41");
            case >= 'a' and <= 'z' or >= 'A' and <= 'Z':
                throw new FormatException($@"invalid escape sequence \{c}");
            default:
                at += 2;
                return c < 0x80 ? $"\\x{(int)c:X2}" : throw new FormatException($@"invalid escape sequence \{c}");
        }
    }

    private string Hexadecimal()
    {
        string digits;
        if (Peek(2) == '{')
        {
            var end = source.IndexOf('}', at);
            digits = end < 0 ? throw new FormatException(@"\x{ without its closing brace") : source[(at + 3)..end];
            at = end + 1;
        }
        else
        {
            digits = at + 4 <= source.Length ? source[(at + 2)..(at + 4)] : "";
            at += 4;
        }

        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code <= 0xFFFF
            ? $"\\u{code:X4}"
            : throw new FormatException($@"\x{{{digits}}} is not a character up to FFFF");
    }

    private string Property()
    {
        var negated = Peek(1) == 'P';
        var name = Peek(2).ToString();
        if (name == "{")
        {
            var end = source.IndexOf('}', at);
            name = end < 0 ? throw new FormatException(@"\p{ without its closing brace") : source[(at + 3)..end];
            at = end + 1;
        }
        else
        {
            at += 3;
        }

        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        // General categories are spelt alike; scripts (Greek) exist in RE2 alone.
        return name.Length <= 2 ? $"\\{(negated ? 'P' : 'p')}{{{name}}}" : throw new FormatException($@"the script \p{{{name}}} is not supported");
    }

    private void Class()
    {
        Put("[", 1);
        if (At(0) == '^')
        {
            Put("^", 1);
        }

        for (var first = true; first || At(0) != ']'; first = false)
        {
            if (at >= source.Length)
            {
                throw new FormatException("missing closing ]");
            }

            ClassMember();
        }

        Put("]", 1);
    }

    private void ClassMember()
    {
        var c = source[at];
        if (c == '[' && At(1) == ':')
        {
            var end = source.IndexOf(":]", at, StringComparison.Ordinal);
            var name = end < 0 ? "" : source[(at + 2)..end];
            Put(PosixClasses.TryGetValue(name, out var posix) ? posix : throw new FormatException($"unknown class [:{name}:]"), 0);
            at = end + 2;
        }
        else if (c == '\\' && PerlClasses.TryGetValue(Peek(1), out var perl))
        {
            Put(perl, 2);
        }
        else if (c == '\\' && Peek(1) is 'D' or 'S' or 'W')
        {
            throw new FormatException($@"\{At(1)} inside [] is not supported; write the characters that it should match");
        }
        else if (c == '\\')
        {
            Put(Character(), 0);
        }
        else
        {
            Put(c is '[' or ']' or '^' ? $"\\{c}" : c.ToString(), 1);
        }
    }

    private void Group()
    {
        if (At(1) != '?')
        {
            Put(captures ? "(" : "(?:", 1);
            return;
        }

        var named = At(2) == 'P' && At(3) == '<' ? 4 : At(2) == '<' && At(3) is not ('=' or '!') ? 3 : 0;
        if (named > 0)
        {
            var end = source.IndexOf('>', at);
            var name = end < 0 ? throw new FormatException("a group's name without its closing >") : source[(at + named)..end];
            Put(captures ? $"(?<{name}>" : "(?:", end - at + 1);
            return;
        }

        var close = source.AsSpan(at + 2).IndexOfAnyExcept("i-");
        if (close < 0 || source[at + 2 + close] is not (':' or ')'))
        {
            throw new FormatException("after (? only a name, the flag i or : is supported; RE2 has no look-around");
        }

        Put(source.Substring(at, close + 3), close + 3);
    }

    private char At(int offset) => at + offset < source.Length ? source[at + offset] : '\0';

    private char Peek(int offset) => At(offset) is var c and not '\0' ? c : throw new FormatException("trailing backslash");
}
