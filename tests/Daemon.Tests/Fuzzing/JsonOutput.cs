using System.Text;
using System.Text.Json;
using Tidegate.Tests.Filtering;

namespace Tidegate.Tests.Fuzzing;

/// <summary>Reads what a filter gave of a list before it failed: the beginning of a document.</summary>
internal static class JsonOutput
{
    /// <summary>The objects in it; null for one that does not say clearly which it is.</summary>
    public static IEnumerable<(string Namespace, string Name)?> Objects(byte[] output)
    {
        if (JsonReference.Values(Completed(output)) is not [{ ValueKind: JsonValueKind.Object } list])
        {
            // The filter gives nothing of what it has not understood.
            output.ShouldBeEmpty();
            return [];
        }

        var members = list.EnumerateObject().ToList();
        return
        [
            .. members.Where(m => m.NameEquals("items") && m.Value.ValueKind == JsonValueKind.Array).SelectMany(m => m.Value.EnumerateArray()).Select(JsonReference.Identity),
            .. members.Where(m => m.NameEquals("rows") && m.Value.ValueKind == JsonValueKind.Array).SelectMany(m => m.Value.EnumerateArray())
                .Select(r => JsonReference.Identity(r.GetProperty("object"))),
        ];
    }

    /// <summary>The document up to its last whole token, with what is open closed.</summary>
    private static byte[] Completed(byte[] part)
    {
        var reader = new Utf8JsonReader(part, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 1000 }));
        var open = new Stack<char>();
        var end = 0;
        var named = false;
        while (reader.Read())
        {
            named = reader.TokenType == JsonTokenType.PropertyName;
            end = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push('}');
                    break;
                case JsonTokenType.StartArray:
                    open.Push(']');
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;
            }
        }

        return [.. part[..end], .. Encoding.ASCII.GetBytes((named ? "null" : "") + string.Concat(open))];
    }
}
