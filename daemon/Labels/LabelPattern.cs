using System.Text.RegularExpressions;

namespace Tidegate.Labels;

/// <summary>
/// One value of a selector. <c>^…$</c> is an RE2 expression; anything else is literal text in which <c>*</c> stands for any characters
/// except a line break. Always the whole value, case-sensitive. Source: Teleport, <c>lib/utils/replace.go</c>.
/// </summary>
/// <remarks>
/// Matching takes time linear in the value's length: the expression comes from a repository and runs on every request.
/// </remarks>
internal sealed class LabelPattern
{
    private static readonly PatternCache Compiled = new();

    private readonly string? literal;

    // What stands before the first star; null for an expression. Most values begin otherwise, and no expression need look at them.
    private readonly string? head;

    // Null also when the only star stands at the end: what follows the head is then anything in one line.
    private readonly Regex? regex;

    private LabelPattern(string text, string? literal, string? head, Regex? regex)
    {
        Text = text;
        this.literal = literal;
        this.head = head;
        this.regex = regex;
    }

    /// <summary>The expression as it was written.</summary>
    public string Text { get; }

    /// <summary>The one value that it matches, when it is literal text; else null.</summary>
    public string? Literal => literal;

    /// <summary>Whether it is <c>*</c>, which matches every value without a line break, also an empty one.</summary>
    public bool MatchesAll => Text == "*";

    /// <summary>Compiles an expression.</summary>
    /// <returns>Null, and the reason in <paramref name="error"/>, when it is no valid RE2 expression or one that .NET cannot run alike.</returns>
    public static LabelPattern? Compile(string expression, out string? error)
    {
        error = null;
        var isRegex = expression.Length >= 2 && expression[0] == '^' && expression[^1] == '$';
        if (!isRegex && !expression.Contains('*', StringComparison.Ordinal))
        {
            return new(expression, expression, null, null);
        }

        var head = isRegex ? null : expression[..expression.IndexOf('*', StringComparison.Ordinal)];
        if (head is not null && head.Length == expression.Length - 1)
        {
            return new(expression, null, head, null);
        }

        if (Compiled.Find(expression) is { } known)
        {
            return known;
        }

        string? translated;
        if (isRegex)
        {
            translated = Re2Translation.Translate(expression, out error);
        }
        else
        {
            translated = string.Join("[^\\n]*", expression.Split('*').Select(Regex.Escape));
        }

        if (translated is null)
        {
            return null;
        }

        try
        {
            var pattern = new LabelPattern(expression, null, head, new(@$"\A(?:{translated})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            Compiled.Add(pattern);
            return pattern;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = $"'{expression}' is not a valid RE2 expression: {e.Message}";
            return null;
        }
    }

    public bool IsMatch(string value)
    {
        if (literal is not null)
        {
            return string.Equals(literal, value, StringComparison.Ordinal);
        }

        return (head is null || value.StartsWith(head, StringComparison.Ordinal))
            && (regex is null ? !value.AsSpan(head!.Length).Contains('\n') : regex.IsMatch(value));
    }

    public override string ToString() => Text;
}
