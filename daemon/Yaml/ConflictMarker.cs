namespace Tidegate.Yaml;

/// <summary>Finds what git leaves in a file whose merge nobody finished (git-merge(1), "How conflicts are presented").</summary>
internal static class ConflictMarker
{
    /// <summary>What to tell people.</summary>
    public const string Message = "this is a conflict marker of git: the merge of this file was not finished, keep one of the sides and remove the marker lines";

    private const int Length = 7;

    /// <summary>The line, counted from 1, of the first marker; null without one. A row of equals signs counts beside another marker, or where nothing else explains an error.</summary>
    public static int? Find(string text, bool isBroken)
    {
        int? separator = null;
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            if (content.Length < Length)
            {
                continue;
            }

            if (Is(content, '<') || Is(content, '>') || Is(content, '|'))
            {
                return separator ?? line;
            }

            separator ??= content.Length == Length && Is(content, '=') ? line : null;
        }

        return isBroken ? separator : null;
    }

    /// <summary>Seven times the sign at the start of a line, and then nothing or a space with a name.</summary>
    private static bool Is(ReadOnlySpan<char> line, char sign) =>
        line[..Length].IndexOfAnyExcept(sign) < 0 && (line.Length == Length ? sign is '=' : line[Length] == ' ' && line.Length > Length + 1);
}
