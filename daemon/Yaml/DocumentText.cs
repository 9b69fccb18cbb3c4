namespace Tidegate.Yaml;

/// <summary>One document of a file, before it is parsed.</summary>
/// <param name="Text">From its marker, if it has one, to the next.</param>
/// <param name="FirstLine">The line of the file on which <paramref name="Text"/> starts, from 1.</param>
internal readonly record struct DocumentText(string Text, int FirstLine)
{
    /// <summary>
    /// Cuts a text at its document markers (<c>---</c> and <c>...</c> at the start of a line), before any parsing, so that a syntax
    /// error in one document leaves the others alone. Directives stay with the document that they are about. YAML 1.2 forbids these lines inside every scalar (9.1.2, c-forbidden), so no cut goes through a value.
    /// </summary>
    public static List<DocumentText> Split(string text)
    {
        var documents = new List<DocumentText>(1);
        int start = 0, startLine = 1, line = 1, at = 0;
        var mayHaveDirectives = true;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (at > start && IsMarker(rest, "---") && !(mayHaveDirectives && Directives.IsPrologue(text.AsSpan(start, at - start))))
            {
                Add(documents, text, start, at, startLine);
                (start, startLine, mayHaveDirectives) = (at, line, false);
            }
            else if (IsMarker(rest, "..."))
            {
                Add(documents, text, start, at, startLine);

                // What follows the dots on their line is parsed with the next document, which refuses it.
                (start, startLine, mayHaveDirectives) = (at + 3, line, true);
            }

            var length = rest.IndexOf('\n');
            at = length < 0 ? text.Length : at + length + 1;
            line++;
        }

        Add(documents, text, start, text.Length, startLine);
        return documents;
    }

    /// <summary>Whether a line begins with a marker.</summary>
    public static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker, StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t' or '\n');

    private static void Add(List<DocumentText> documents, string text, int start, int end, int firstLine)
    {
        if (!text.AsSpan(start, end - start).IsWhiteSpace())
        {
            documents.Add(new DocumentText(start == 0 && end == text.Length ? text : text[start..end], firstLine));
        }
    }
}
