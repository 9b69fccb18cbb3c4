using System.Globalization;

namespace Tidegate.Labels;

/// <summary>A place in an RE2 expression, and the escapes that mean the same inside a class and outside. Every text that it gives is for .NET's engine.</summary>
internal sealed class Re2Cursor(string source)
{
    // Those that mean the same in both: in RE2 C holds no unassigned characters.
    private static readonly HashSet<string> Categories = new(
        ["Cc", "Cf", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs"],
        StringComparer.Ordinal);

    public bool AtEnd => Position >= source.Length;

    public int Position { get; private set; }

    public char Current => At(0);

    /// <summary>One character as .NET reads it whatever stands around it: no operator, no range.</summary>
    public static string Literal(char c) => $"\\u{(int)c:X4}";

    /// <summary>The character at a distance; NUL behind the end.</summary>
    public char At(int offset) => Position + offset < source.Length ? source[Position + offset] : '\0';

    public void Skip(int count) => Position += count;

    /// <summary>Moves past <paramref name="start"/> characters, which are there, and the text up to <paramref name="end"/>, which it gives; null, and no move, when there is no such end.</summary>
    public string? Between(int start, string end)
    {
        var from = Position + start;
        var at = source.IndexOf(end, from, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        Position = at + end.Length;
        return source[from..at];
    }

    /// <summary>What is left, to the end.</summary>
    public string Rest(int start)
    {
        var rest = source[(Position + start)..];
        Position = source.Length;
        return rest;
    }

    /// <summary>An escaped character behind a backslash; moves past it.</summary>
    public char EscapedCharacter()
    {
        var c = Position + 1 < source.Length ? source[Position + 1] : throw new FormatException("trailing backslash");
        switch (c)
        {
            case 'x':
                return Hexadecimal();
            case 'b' or 'B':
                throw new FormatException($@"\{c} is not supported, because the gate's engine sees other word boundaries than RE2; list the characters instead");
            case >= '0' and <= '9':
                throw new FormatException($@"\{c} is not supported: RE2 has no back-references; write a character by its number as \x41");
        }

        Skip(2);
        return c switch
        {
            'a' => '\a',
            'f' => '\f',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\v',
            _ when char.IsAscii(c) && !char.IsAsciiLetter(c) => c,
            _ => throw new FormatException($@"invalid escape sequence \{c}"),
        };
    }

    /// <summary><c>\pL</c>, <c>\p{Lu}</c>, <c>\P{^Lu}</c>; moves past it.</summary>
    /// <returns>As <c>\p{Lu}</c> or <c>\P{Lu}</c>.</returns>
    public string Property()
    {
        var negated = At(1) == 'P';
        string name;
        if (At(2) == '{')
        {
            name = Between(3, "}") ?? throw new FormatException(@"\p{ without its closing brace");
        }
        else
        {
            name = At(2).ToString();
            Skip(3);
        }

        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        // General categories are spelt alike; scripts (Greek) exist in RE2 alone.
        return Categories.Contains(name)
            ? $"\\{(negated ? 'P' : 'p')}{{{name}}}"
            : throw new FormatException($@"\p{{{name}}} is not supported: only general categories such as \p{{L}} or \p{{Lu}} are");
    }

    private char Hexadecimal()
    {
        string digits;
        if (At(2) == '{')
        {
            digits = Between(3, "}") ?? throw new FormatException(@"\x{ without its closing brace");
        }
        else
        {
            digits = Position + 4 <= source.Length ? source.Substring(Position + 2, 2) : "";
            Skip(4);
        }

        return int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && code is >= 0 and <= 0xFFFF && !char.IsSurrogate((char)code)
            ? (char)code
            : throw new FormatException($@"\x{{{digits}}} is not a character up to FFFF");
    }
}
