using Tidegate.Yaml;

namespace Tidegate.Encodings;

/// <summary>
/// Reads fields from YAML, in the part of it that every reader reads alike: one document without anchors, tags, directives and repeated keys. Source:
/// <c>sigs.k8s.io/yaml</c>, which turns YAML into JSON by the types of YAML 1.1, so that an unquoted <c>123</c> or <c>no</c> is no text.
/// </summary>
internal static class YamlBody
{
    /// <exception cref="FormatException">The body is no mapping in that part of YAML.</exception>
    public static BodyObject Read(ReadOnlySpan<byte> body, BodyField root)
    {
        if (YamlText.DecodeAny(body, out var error, out var place) is not { } text)
        {
            throw new FormatException(place.Line > 0 ? $"line {place.Line}: {error}" : error);
        }

        var problems = new DocumentProblems("");
        var node = NodeParser.Parse(OnlyDocument(text), problems);
        if (problems.Any)
        {
            throw new FormatException($"line {problems.Found[0].Line}: {problems.Found[0].Message}");
        }

        var result = new BodyObject(root);
        Fill(node as YamlMapping ?? throw new FormatException("the body must be a mapping"), result);
        return result;
    }

    /// <summary>Kubernetes reads the first document and says nothing of the rest.</summary>
    private static DocumentText OnlyDocument(string text)
    {
        var documents = DocumentText.Split(text);
        if (documents is [var head, var next] && IsComment(head.Text) && next.Text.StartsWith("---", StringComparison.Ordinal))
        {
            return next;
        }

        return documents.Count switch
        {
            // What a server makes of them depends on its library.
            1 when Directives.Has(documents[0].Text) => throw new FormatException("the body has a YAML directive: send it without"),
            1 => documents[0],
            0 => throw new FormatException("the body is empty"),
            _ => throw new FormatException("the body has several documents: send each in a request of its own"),
        };
    }

    private static bool IsComment(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var content = line.TrimStart(' ');
            if (!content.IsEmpty && content[0] != '#')
            {
                return false;
            }
        }

        return true;
    }

    private static void Fill(YamlMapping mapping, BodyObject target)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            if (target.Enter(key.Value) is { } field && !value.IsNull)
            {
                Take(value, target, field);
            }
        }
    }

    private static void Take(YamlNode value, BodyObject target, BodyField field)
    {
        var path = target.PathOf(field.Name);
        switch (value)
        {
            case YamlScalar { Kind: PlainKind.Text } text when field.Fields is null:
                target.Set(field.Name, text.Value);
                break;
            case YamlMapping mapping when field.Fields is not null:
                Fill(mapping, target.Open(field));
                break;
            default:
                var wanted = field.Fields is null ? "a text (quote it)" : "a mapping";
                throw new FormatException($"line {value.Place.Line}: {path} must be {wanted}, and is {value.Noun}");
        }
    }
}
