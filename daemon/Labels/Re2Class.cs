using System.Text;

namespace Tidegate.Labels;

/// <summary>
/// Rewrites <c>[…]</c>. Members are read as RE2 reads them and written so that .NET cannot read them otherwise: there a hyphen behind a
/// class starts a range, an inner bracket a subtraction.
/// </summary>
internal static class Re2Class
{
    private const string Surrogates = @"\uD800-\uDFFF";
    private const string Pair = @"[\uD800-\uDBFF][\uDC00-\uDFFF]";

    /// <summary>Any character but a line break; a pair of surrogates is one character in RE2 and two in .NET.</summary>
    public const string Dot = $@"(?:[^\n{Surrogates}]|{Pair})";

    /// <summary>Any character.</summary>
    public const string DotAll = $@"(?:[^{Surrogates}]|{Pair})";

    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t\x20",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = @"\x21-\x7E",
        ["lower"] = "a-z",
        ["print"] = @"\x20-\x7E",
        ["punct"] = @"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
        ["space"] = @"\t\n\v\f\r\x20",
        ["upper"] = "A-Z",
        ["word"] = @"0-9A-Za-z\x5F",
        ["xdigit"] = "0-9A-Fa-f",
    };

    // ASCII only, and \s without the vertical tab, unlike .NET's.
    private static readonly Dictionary<char, string> PerlClasses = new()
    {
        ['d'] = "0-9",
        ['D'] = @"\x00-\x2F\x3A-\uFFFF",
        ['s'] = @"\t\n\f\r\x20",
        ['S'] = @"\x00-\x08\x0B\x0E-\x1F\x21-\uFFFF",
        ['w'] = @"0-9A-Za-z\x5F",
        ['W'] = @"\x00-\x2F\x3A-\x40\x5B-\x5E\x60\x7B-\uFFFF",
    };

    /// <summary><c>\d</c>, <c>\S</c> and their like outside of brackets; null, and no move, when the cursor is at none.</summary>
    public static string? Perl(Re2Cursor cursor)
    {
        if (cursor.Current != '\\' || !PerlClasses.TryGetValue(cursor.At(1), out var members))
        {
            return null;
        }

        var negated = char.IsAsciiLetterUpper(cursor.At(1));
        members = PerlClasses[char.ToLowerInvariant(cursor.At(1))];
        cursor.Skip(2);
        return negated ? Negated(members) : $"[{members}]";
    }

    /// <summary><c>\pL</c> and <c>\PL</c> outside of brackets; moves past it.</summary>
    /// <remarks>Of the characters beyond U+FFFF .NET knows no category here: each is taken for one that has none of them.</remarks>
    public static string Property(Re2Cursor cursor)
    {
        var property = cursor.Property();
        return IsNegated(property) ? Negated(@"\p" + property[2..]) : property;
    }

    /// <summary>Reads from the opening bracket; moves past the closing one.</summary>
    public static string Read(Re2Cursor cursor)
    {
        cursor.Skip(1);
        var negated = cursor.Current == '^';
        if (negated)
        {
            cursor.Skip(1);
        }

        var members = new StringBuilder();
        var hasPairs = false;
        for (var first = true; first || cursor.Current != ']'; first = false)
        {
            var start = (cursor.Current, cursor.At(1));
            if (Set(cursor) is { } set)
            {
                members.Append(set);
                hasPairs |= start is ('\\', 'D' or 'S' or 'W') || IsNegated(set);
            }
            else
            {
                members.Append(Range(cursor));
            }
        }

        cursor.Skip(1);
        return (negated, hasPairs) switch
        {
            (true, true) => $"[^{members}{Surrogates}]",
            (true, false) => Negated(members.ToString()),
            (false, true) => $"(?:[{members}-[{Surrogates}]]|{Pair})",
            (false, false) => $"[{members}-[{Surrogates}]]",
        };
    }

    /// <summary>Everything but the members, which hold none of the characters beyond U+FFFF.</summary>
    private static string Negated(string members) => $@"(?:[^{members}{Surrogates}]|{Pair})";

    private static bool IsNegated(string property) => property is ['\\', 'P', ..];

    private static string? Set(Re2Cursor cursor)
    {
        switch (cursor.Current, cursor.At(1))
        {
            case ('[', ':') when cursor.Between(2, ":]") is { } name:
                return PosixClasses.TryGetValue(name, out var posix) ? posix : throw new FormatException($"unknown class [:{name}:]");
            case ('\\', 'p' or 'P'):
                return cursor.Property();
            case ('\\', var c) when PerlClasses.TryGetValue(c, out var perl):
                cursor.Skip(2);
                return perl;
            default:
                return null;
        }
    }

    private static string Range(Re2Cursor cursor)
    {
        var low = Character(cursor);
        if (cursor.Current != '-' || cursor.At(1) == ']')
        {
            return Re2Cursor.Literal(low);
        }

        cursor.Skip(1);
        var high = Character(cursor);
        return low <= high
            ? $"{Re2Cursor.Literal(low)}-{Re2Cursor.Literal(high)}"
            : throw new FormatException($"invalid character class range {low}-{high}");
    }

    private static char Character(Re2Cursor cursor)
    {
        if (cursor.AtEnd)
        {
            throw new FormatException("missing closing ]");
        }

        var c = cursor.Current;
        if (char.IsSurrogate(c))
        {
            throw new FormatException("a character beyond U+FFFF inside [] is not supported; write it outside, as one side of |");
        }

        if (c == '\\')
        {
            return cursor.EscapedCharacter();
        }

        cursor.Skip(1);
        return c;
    }
}
