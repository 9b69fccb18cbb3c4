using System.Text.RegularExpressions;

namespace Tidegate.Yaml;

/// <summary>
/// The lines that begin with a percent sign before a document. <c>%YAML 1.1</c> and <c>1.2</c> change nothing in how manifests are read, and some editors and
/// generators write them; any other, and any that is not understood, refuses its document. Source: YAML 1.2.2, 6.8 and 9.2.
/// </summary>
internal static partial class Directives
{
    /// <summary>Whether these lines are nothing but directives, at least one, with comments and empty lines between them.</summary>
    public static bool IsPrologue(ReadOnlySpan<char> lines)
    {
        var any = false;
        foreach (var line in lines.EnumerateLines())
        {
            if (line.StartsWith('%'))
            {
                any = true;
            }
            else if (!line.IsWhiteSpace() && !line.TrimStart().StartsWith('#'))
            {
                return false;
            }
        }

        return any;
    }

    /// <summary>Whether a document begins with directives.</summary>
    public static bool Has(string document) => EndOfPrologue(document) > 0;

    /// <summary>The document with an empty line in place of each directive; what is wrong with them is noted.</summary>
    public static string TakeOut(DocumentText document, DocumentProblems problems)
    {
        var end = EndOfPrologue(document.Text);
        if (end == 0)
        {
            return document.Text;
        }

        var lines = document.Text[..end].Split('\n');
        var versions = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('%'))
            {
                versions += lines[i].StartsWith("%YAML", StringComparison.Ordinal) ? 1 : 0;
                if (versions > 1 || !Version().IsMatch(lines[i]))
                {
                    problems.Add(new Place(document.FirstLine + i, 1), "", "a document may begin with %YAML 1.1 or %YAML 1.2, once; other directives (%TAG) are not supported: remove the line");
                }

                lines[i] = "";
            }
        }

        if (end == document.Text.Length)
        {
            problems.Add(new Place(document.FirstLine, 1), "", "a line --- must follow the YAML directive, before the document that it is about");
        }

        return string.Join('\n', lines) + document.Text[end..];
    }

    /// <summary>Where the document's marker stands behind directives; the text's end without one; 0 without directives.</summary>
    private static int EndOfPrologue(string text)
    {
        var at = 0;
        var any = false;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            var length = rest.IndexOf('\n');
            var line = length < 0 ? rest : rest[..length];
            if (line.StartsWith('%'))
            {
                any = true;
            }
            else if (!line.IsWhiteSpace() && !line.TrimStart().StartsWith('#'))
            {
                return any ? (DocumentText.IsMarker(line, "---") ? at : text.Length) : 0;
            }

            at = length < 0 ? text.Length : at + length + 1;
        }

        return any ? text.Length : 0;
    }

    [GeneratedRegex(@"\A%YAML[ \t]+1\.[12][ \t]*(?:[ \t]#.*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
