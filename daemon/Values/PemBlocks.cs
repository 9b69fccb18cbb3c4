using System.Globalization;
using System.Security.Cryptography;

namespace Tidegate.Values;

/// <summary>
/// Whether each block that a PEM text begins can be read. Readers pass over one that cannot (RFC 7468 lets text stand between blocks): of a bundle of authorities one would be missing
/// without a word, which is what becomes of files that were joined although the first had no final line break.
/// </summary>
internal static class PemBlocks
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";

    /// <returns>What is wrong with the first block that cannot be read, to be read after the name of the file; null when all can. Lines that begin with <c>#</c> do not count.</returns>
    public static string? Damage(string text)
    {
        var readable = 0;
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Begin, at + Begin.Length, StringComparison.Ordinal))
        {
            if (at < readable || IsComment(text, at))
            {
                continue;
            }

            if (!PemEncoding.TryFind(text.AsSpan(at), out var fields) || fields.Location.Start.Value != 0 || IsGlued(text, at))
            {
                return Describe(text, at);
            }

            readable = at + fields.Location.End.Value;
        }

        return null;
    }

    /// <summary>Whether something stands right before it, so that readers of the whole text do not see it.</summary>
    private static bool IsGlued(string text, int at) => at > 0 && !char.IsWhiteSpace(text[at - 1]);

    private static bool IsComment(string text, int at) => text.AsSpan(LineStart(text, at)..at).TrimStart().StartsWith('#');

    private static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private static string Describe(string text, int at)
    {
        var end = text.IndexOf(End, at, StringComparison.Ordinal);
        var next = text.IndexOf(Begin, at + Begin.Length, StringComparison.Ordinal);
        var isJoined = end >= 0 && next > end && !text.AsSpan(end..next).Contains('\n');
        return isJoined
            ? string.Create(CultureInfo.InvariantCulture, $"has the end of one PEM block and the begin of another on line {LineOf(text, next)}, as when files are joined of which the first has no final line break: put a line break between them")
            : string.Create(CultureInfo.InvariantCulture, $"holds a PEM block that cannot be read (line {LineOf(text, at)}): it is cut off or damaged; copy it anew, with -----BEGIN and -----END each on a line of its own");
    }

    private static int LineOf(string text, int at) => 1 + text.AsSpan(..at).Count('\n');
}
