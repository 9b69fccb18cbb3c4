using System.Text.RegularExpressions;
using Tidegate.Labels;

namespace Tidegate.Patterns;

/// <summary>
/// Which characters one place of a pattern takes. Classes are asked of the engine that matches requests, so that they cannot be understood in two ways.
/// </summary>
internal sealed class CharacterTest
{
    /// <summary>Any character; line breaks, the one exception, stand in no name.</summary>
    public static readonly CharacterTest Any = new("*", null, null);

    private readonly Regex? regex;
    private readonly Dictionary<char, bool> known = [];

    private CharacterTest(string key, char? only, Regex? regex)
    {
        Key = key;
        Only = only;
        this.regex = regex;
    }

    /// <summary>Equal for tests that take the same characters because they are written alike.</summary>
    public string Key { get; }

    /// <summary>The one character that it takes; null when it may take several.</summary>
    public char? Only { get; }

    public static CharacterTest Exactly(char c, bool ignoreCase) =>
        ignoreCase ? OfClass(Re2Cursor.Literal(c), ignoreCase) : new($"={c}", c, null);

    /// <param name="text">For .NET's engine; it matches one character.</param>
    public static CharacterTest OfClass(string text, bool ignoreCase)
    {
        var flags = ignoreCase ? "(?i:" : "(?:";
        return new(flags + text, null, new(@$"\A{flags}{text})\z", RegexOptions.CultureInvariant));
    }

    public bool Accepts(char c)
    {
        if (Only is { } only)
        {
            return c == only;
        }

        if (regex is null)
        {
            return true;
        }

        if (!known.TryGetValue(c, out var accepts))
        {
            accepts = regex.IsMatch(c.ToString());
            known[c] = accepts;
        }

        return accepts;
    }
}
