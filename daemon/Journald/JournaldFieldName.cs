using System.Text;

namespace Serilog.Sinks.Journald;

/// <summary>
/// The names of the journal's fields: A to Z, 0 to 9 and the underscore, beginning with a letter, at most 64 characters. The
/// journal drops a field of any other name; those with a leading underscore it sets itself. Source: systemd.journal-fields(7).
/// </summary>
internal static class JournaldFieldName
{
    private const int MaxLength = 64;

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterUpper(name[0])
        && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>The field for a property of a log event: <c>DurationMs</c> becomes <c>TIDEGATE_DURATION_MS</c>.</summary>
    /// <param name="prefix">A valid name by itself, shorter than the limit.</param>
    public static string ForProperty(string prefix, string property)
    {
        var name = new StringBuilder(prefix, MaxLength);
        for (var i = 0; i < property.Length && name.Length < MaxLength; i++)
        {
            var character = property[i];
            if (i > 0 && BeginsWord(property, i))
            {
                name.Append('_');
            }

            name.Append(char.IsAsciiLetterOrDigit(character) ? char.ToUpperInvariant(character) : '_');
        }

        return name.Length > MaxLength ? name.ToString(0, MaxLength) : name.ToString();
    }

    /// <summary>Whether a capital starts a word: behind a small letter or digit, or as the last of several before a small letter.</summary>
    private static bool BeginsWord(string text, int at) =>
        char.IsAsciiLetterUpper(text[at])
        && (char.IsAsciiLetterLower(text[at - 1])
            || char.IsAsciiDigit(text[at - 1])
            || (char.IsAsciiLetterUpper(text[at - 1]) && at + 1 < text.Length && char.IsAsciiLetterLower(text[at + 1])));
}
