using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tidegate.Labels;
using Tidegate.Values;

namespace Tidegate.State;

/// <summary>What stands between the braces of a <see cref="TraitTemplate"/>: a trait, and functions around it.</summary>
/// <param name="Namespace"><c>internal</c> or <c>external</c>.</param>
/// <param name="Name">The trait.</param>
/// <param name="Steps">Applied in order; null from a step drops the value.</param>
internal sealed record TraitExpression(string Namespace, string Name, IReadOnlyList<Func<string, string?>> Steps)
{
    /// <summary>Reads an expression.</summary>
    /// <returns>Null, and why, when it is not one.</returns>
    public static TraitExpression? Parse(string text, out string? error)
    {
        try
        {
            var reader = new Reader(text);
            var expression = reader.Expression();
            reader.End();
            error = null;
            return expression;
        }
        catch (FormatException e)
        {
            error = e.Message;
            return null;
        }
    }

    /// <summary>The values for a person, before literal text goes around them.</summary>
    public IEnumerable<string> Evaluate(EquatableMap<EquatableList<string>> traits)
    {
        foreach (var value in traits.TryGetValue(Name, out var values) ? values : [])
        {
            string? result = value;
            foreach (var step in Steps)
            {
                result = result is null ? null : step(result);
            }

            if (result is not null)
            {
                yield return result;
            }
        }
    }

    /// <summary>The part before the @ of an address; not an address, or one with a quoted or commented part: dropped.</summary>
    private static string? EmailLocal(string value) => value.Split('@') switch
    {
        [{ Length: > 0 } local, { Length: > 0 }] when !value.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || "\"(),:;<>[\\]".Contains(c, StringComparison.Ordinal)) => local,
        _ => null,
    };

    private static Func<string, string?> RegexpReplace(string pattern, string replacement)
    {
        var (translated, names) = Re2Translation.TranslateWithCaptures(pattern, out var error) ?? throw new FormatException(error);
        try
        {
            var regex = new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return value => ReplaceAll(regex, value, m => Expand(replacement, m, names));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{pattern}' is not a valid RE2 expression: {e.Message}");
        }
    }

    /// <summary>
    /// Go's <c>ReplaceAll</c>: unlike .NET's, it takes no empty match right behind the match before, and none between the halves of a character.
    /// No match at all drops the value.
    /// </summary>
    private static string? ReplaceAll(Regex regex, string value, Func<Match, string> replacement)
    {
        var result = (StringBuilder?)null;
        var copied = 0;
        foreach (Match match in regex.Matches(value))
        {
            result ??= new();
            var end = match.Index + match.Length;
            if (end > copied ? match.Length > 0 || !IsInsideCharacter(value, end) : match.Index == 0)
            {
                result.Append(value, copied, match.Index - copied).Append(replacement(match));
                copied = end;
            }
        }

        return result?.Append(value, copied, value.Length - copied).ToString();
    }

    private static bool IsInsideCharacter(string text, int at) => at < text.Length && char.IsSurrogatePair(text[at - 1], text[at]);

    /// <summary>Go's rules: <c>$name</c> takes as many word characters as there are, an unknown name is empty, <c>$$</c> is a dollar.</summary>
    private static string Expand(string replacement, Match match, IReadOnlyDictionary<string, int> names)
    {
        var result = new StringBuilder();
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '$')
            {
                result.Append(replacement[i]);
                continue;
            }

            if (i + 1 < replacement.Length && replacement[i + 1] == '$')
            {
                result.Append('$');
                i++;
                continue;
            }

            var braced = i + 1 < replacement.Length && replacement[i + 1] == '{';
            var start = braced ? i + 2 : i + 1;
            var end = start;
            while (end < replacement.Length && (char.IsLetterOrDigit(replacement[end]) || replacement[end] == '_'))
            {
                end++;
            }

            if (end == start || (braced && (end >= replacement.Length || replacement[end] != '}')))
            {
                result.Append('$');
                continue;
            }

            result.Append(Group(match, replacement[start..end], names));
            i = braced ? end : end - 1;
        }

        return result.ToString();
    }

    /// <summary>A group by its number or name; empty when there is none, as for -1. A number with leading zeros is a name.</summary>
    private static string Group(Match match, string name, IReadOnlyDictionary<string, int> names)
    {
        var isNumber = name.All(char.IsAsciiDigit) && (name.Length == 1 || name[0] != '0');
        var number = isNumber
            ? int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1
            : names.GetValueOrDefault(name, -1);
        return match.Groups[number].Value;
    }

    /// <summary>A recursive descent over one expression.</summary>
    private sealed class Reader(string text)
    {
        // Far more than anybody needs, and far less than what exhausts the stack.
        private const int MaxDepth = 8;

        private int at;
        private int depth;

        public TraitExpression Expression()
        {
            var word = Word();
            if (word is "email.local" or "regexp.replace")
            {
                if (++depth > MaxDepth)
                {
                    throw new FormatException($"more than {MaxDepth} functions stand in each other");
                }

                Expect('(');
                var argument = Expression();
                var step = word == "email.local" ? EmailLocal : Replace();
                Expect(')');
                return argument with { Steps = [.. argument.Steps, step] };
            }

            if (word is "internal" or "external" && Take('['))
            {
                var name = Quoted();
                Expect(']');
                return new(word, name, []);
            }

            var parts = word.Split('.');
            return parts is ["internal" or "external", { Length: > 0 }]
                ? new(parts[0], parts[1], [])
                : throw new FormatException($"'{word}' is neither internal.NAME nor external.NAME nor one of the functions email.local and regexp.replace");
        }

        public void End()
        {
            Space();
            if (at < text.Length)
            {
                throw new FormatException($"'{text[at..]}' is left over; one expression may stand between the braces");
            }
        }

        private Func<string, string?> Replace()
        {
            Expect(',');
            var pattern = Quoted();
            Expect(',');
            return RegexpReplace(pattern, Quoted());
        }

        private string Word()
        {
            Space();
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '_' or '-'))
            {
                at++;
            }

            return text[start..at];
        }

        private string Quoted()
        {
            Space();
            var quote = at < text.Length ? text[at] : '\0';
            if (quote is not ('"' or '`' or '\''))
            {
                throw new FormatException("a text in quotes is missing");
            }

            var result = new StringBuilder();
            for (at++; at < text.Length && text[at] != quote; at++)
            {
                if (quote != '`' && text[at] == '\\' && at + 1 < text.Length && text[at + 1] is '\\' or '"' or '\'')
                {
                    at++;
                }

                result.Append(text[at]);
            }

            Expect(quote);
            return result.ToString();
        }

        private bool Take(char c)
        {
            Space();
            if (at >= text.Length || text[at] != c)
            {
                return false;
            }

            at++;
            return true;
        }

        private void Expect(char c)
        {
            if (!Take(c))
            {
                throw new FormatException($"'{c}' is missing in '{text.Trim()}'");
            }
        }

        private void Space()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }
    }
}
