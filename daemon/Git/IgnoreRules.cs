using System.Text;
using System.Text.RegularExpressions;

namespace Tidegate.Git;

/// <summary>
/// The lines of a <c>.tidegateignore</c>, which mean what they mean in a <c>.gitignore</c> (gitignore(5)). libgit2's own matcher wants a
/// work tree; a test compares this one with git. Patterns come from whoever may commit, so they are matched in linear time.
/// </summary>
internal sealed class IgnoreRules
{
    public const string FileName = ".tidegateignore";

    private readonly List<Rule> rules = [];

    /// <summary>Rules that ignore nothing.</summary>
    public static IgnoreRules None { get; } = new();

    public static IgnoreRules Parse(string text)
    {
        var result = new IgnoreRules();
        foreach (var line in text.TrimStart('\uFEFF').Split('\n'))
        {
            var pattern = TrimEnd(line.EndsWith('\r') ? line[..^1] : line);
            if (pattern.Length > 0 && pattern[0] != '#' && Compile(pattern) is { } rule)
            {
                result.rules.Add(rule);
            }
        }

        return result;
    }

    /// <summary>Whether a path is left out, itself or with a folder above it.</summary>
    /// <param name="path">Relative to the folder that holds the file with the rules.</param>
    public bool IsIgnored(string path, bool isDirectory)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (MatchesItself(path[..slash], true))
            {
                return true;
            }
        }

        return MatchesItself(path, isDirectory);
    }

    /// <summary>Whether a path is left out, given that no folder above it is: the last rule that matches decides.</summary>
    public bool MatchesItself(string path, bool isDirectory)
    {
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            if ((isDirectory || !rules[i].DirectoriesOnly) && rules[i].Pattern.IsMatch(path))
            {
                return !rules[i].IsNegated;
            }
        }

        return false;
    }

    private static Rule? Compile(string pattern)
    {
        var isNegated = pattern[0] == '!';
        var rest = isNegated ? pattern[1..] : pattern;
        var directoriesOnly = rest.EndsWith('/');
        rest = directoriesOnly ? rest[..^1] : rest;
        if (rest.Length == 0)
        {
            return null;
        }

        var isAnchored = rest.Contains('/', StringComparison.Ordinal);
        rest = rest[0] == '/' ? rest[1..] : rest;
        var expression = new StringBuilder(isAnchored ? "^" : "^(?:.*/)?");
        return Translate(rest, expression)
            ? new(new(expression.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant), isNegated, directoriesOnly)
            : null;
    }

    private static bool Translate(string pattern, StringBuilder expression)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    i = Star(pattern, i, expression);
                    break;
                case '?':
                    expression.Append("[^/]");
                    break;
                case '[':
                    i = Class(pattern, i, expression);
                    if (i < 0)
                    {
                        return false;
                    }

                    break;
                case '\\':
                    if (++i == pattern.Length)
                    {
                        return false;
                    }

                    expression.Append(Regex.Escape(pattern[i].ToString()));
                    break;
                default:
                    expression.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return true;
    }

    /// <summary>Two or more stars alone between slashes (or an end) span folders; any other run of stars is one star.</summary>
    private static int Star(string pattern, int start, StringBuilder expression)
    {
        var end = start;
        while (end < pattern.Length && pattern[end] == '*')
        {
            end++;
        }

        var spansFolders = end - start > 1 && (start == 0 || pattern[start - 1] == '/') && (end == pattern.Length || pattern[end] == '/');
        if (!spansFolders)
        {
            expression.Append("[^/]*");
            return end - 1;
        }

        if (end == pattern.Length)
        {
            expression.Append(".+");
            return end - 1;
        }

        expression.Append("(?:.*/)?");
        return end;
    }

    /// <summary>Answers the index of the closing bracket, or -1 for a class that is not closed, which matches nothing.</summary>
    private static int Class(string pattern, int start, StringBuilder expression)
    {
        var i = start + 1;
        var isNegated = i < pattern.Length && pattern[i] is '!' or '^';
        i += isNegated ? 1 : 0;
        var body = new StringBuilder();
        for (var first = true; i < pattern.Length && (first || pattern[i] != ']'); first = false)
        {
            if (pattern[i] == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':')
            {
                var close = pattern.IndexOf(":]", i + 2, StringComparison.Ordinal);
                if (close < 0 || NamedClass(pattern[(i + 2)..close]) is not { } named)
                {
                    return -1;
                }

                body.Append(named);
                i = close + 2;
                continue;
            }

            i += pattern[i] == '\\' ? 1 : 0;
            if (i >= pattern.Length)
            {
                return -1;
            }

            var isRange = i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']';
            if (isRange && pattern[i] > pattern[i + 2])
            {
                i += 3;
                continue;
            }

            body.Append(Member(pattern[i])).Append(isRange ? $"-{Member(pattern[i + 2])}" : "");
            i += isRange ? 3 : 1;
        }

        if (i >= pattern.Length)
        {
            return -1;
        }

        // A slash is never matched by a class; the empty class (a range that runs backwards) matches nothing.
        expression.Append((isNegated, body.Length) switch
        {
            (true, _) => $"[^/{body}]",
            (false, 0) => "[^\\s\\S]",
            _ => $"(?:[{body}])",
        });
        return i;
    }

    private static string Member(char c) => $"\\u{(int)c:x4}";

    private static string? NamedClass(string name) => name switch
    {
        "alpha" => "a-zA-Z",
        "digit" => "0-9",
        "alnum" => "a-zA-Z0-9",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => "\\s",
        "xdigit" => "0-9a-fA-F",
        "punct" => "!-.:-@\\[-`{-~",
        _ => null,
    };

    private static string TrimEnd(string line)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\'))
        {
            end--;
        }

        return line[..end];
    }

    private sealed record Rule(Regex Pattern, bool IsNegated, bool DirectoriesOnly);
}
