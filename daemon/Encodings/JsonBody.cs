using System.Text.Json;
using System.Text.Unicode;

namespace Tidegate.Encodings;

/// <summary>Reads fields from JSON in one pass, without keeping what is not asked for. Source: RFC 8259, and <c>sigs.k8s.io/json</c>.</summary>
internal static class JsonBody
{
    /// <summary>Go's limit, so that nothing is refused here for its depth that the cluster would take. Source: <c>encoding/json</c>, maxNestingDepth.</summary>
    private const int MaxDepth = 10_000;

    /// <exception cref="FormatException">The body is no JSON object, or one that two readers could read differently.</exception>
    public static BodyObject Read(ReadOnlySpan<byte> body, BodyField root)
    {
        // The reader does not look into texts that nobody asks for, and Go replaces what is not UTF-8 where others refuse it.
        if (!Utf8.IsValid(body))
        {
            throw new FormatException("the body is not UTF-8");
        }

        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var result = new BodyObject(root);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("the body must be an object");
            }

            Fill(ref reader, result);

            // Throws when anything but white space follows.
            reader.Read();
            return result;
        }
        catch (JsonException e)
        {
            throw new FormatException($"the body is not valid JSON near line {e.LineNumber + 1}", e);
        }
    }

    private static void Fill(ref Utf8JsonReader reader, BodyObject target)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = target.Enter(Text(ref reader, target.Noun));
            reader.Read();
            if (field is null)
            {
                reader.Skip();
            }
            else if (reader.TokenType != JsonTokenType.Null)
            {
                Take(ref reader, target, field);
            }
        }
    }

    private static void Take(ref Utf8JsonReader reader, BodyObject target, BodyField field)
    {
        var path = target.PathOf(field.Name);
        if (field.Fields is null)
        {
            target.Set(field.Name, reader.TokenType == JsonTokenType.String ? Text(ref reader, path) : throw new FormatException($"{path} must be a string"));
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            Fill(ref reader, target.Open(field));
        }
        else
        {
            throw new FormatException($"{path} must be an object");
        }
    }

    private static string Text(ref Utf8JsonReader reader, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, which Go replaces by U+FFFD.
            throw new FormatException($"{path} has an escape that is no character", e);
        }
    }
}
