using System.Text.Json;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>What may be told beside objects, in its plainest form: a list's metadata, bookmarks and errors.</summary>
internal static class JsonSignals
{
    private static readonly JsonElement Null = JsonElement.Parse("null");

    private static readonly JsonElement Untold = JsonElement.Parse($"\"{JsonStatus.Untold}\"");

    /// <summary>A list's metadata without a token.</summary>
    public static JsonElement Head(JsonElement metadata)
    {
        if (metadata.ValueKind is JsonValueKind.Null)
        {
            return metadata;
        }

        var texts = metadata.ValueKind != JsonValueKind.Object ? []
            : metadata.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String && m.Name is "selfLink" or "resourceVersion" or "continue").ToList();
        var isPlain = metadata.ValueKind == JsonValueKind.Object && texts.Count == metadata.EnumerateObject().Count()
            && texts.Where(m => m.Name != "continue").DistinctBy(m => m.Name).Count() == texts.Count(m => m.Name != "continue")
            && texts.TrueForAll(m => m.Name != "continue" || m.Value.GetString()!.Length == 0);
        return isPlain ? metadata : JsonReference.Object(new[] { "selfLink", "resourceVersion" }
            .SelectMany(n => texts.Where(m => m.Name == n).Take(1)).Select(m => (m.Name, JsonElement.Parse(JsonSerializer.Serialize(m.Value.GetString())))));
    }

    /// <summary>A bookmark or an error.</summary>
    public static JsonElement Told(JsonElement happened)
    {
        var isError = happened.EnumerateObject().Any(m => m.Name == "type" && m.Value.GetString() == "ERROR");
        return JsonReference.Object(happened.EnumerateObject().SelectMany(m => m.Name switch
        {
            "type" => [(m.Name, m.Value)],
            "object" when isError => [(m.Name, Error(m.Value))],
            "object" when m.Value.ValueKind == JsonValueKind.Null => [(m.Name, Null)],
            "object" when m.Value.ValueKind == JsonValueKind.Object => [(m.Name, Bookmark(m.Value, true))],
            _ => Array.Empty<(string, JsonElement)>(),
        }));
    }

    private static JsonElement Error(JsonElement status)
    {
        if (status.ValueKind != JsonValueKind.Object)
        {
            return JsonReference.Object([]);
        }

        var isInternal = !(status.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.Number && code.TryGetInt64(out var number) && number >= 400 && number != 500);
        return JsonReference.Object(status.EnumerateObject().SelectMany(m => m.Name switch
        {
            "metadata" => [(m.Name, JsonReference.Object([]))],
            "message" when isInternal => [(m.Name, Untold)],
            "details" when !isInternal => [(m.Name, m.Value)],
            "kind" or "apiVersion" or "status" or "message" or "reason" or "code" when IsPlain(m.Value) => [(m.Name, m.Value)],
            _ => Array.Empty<(string, JsonElement)>(),
        }));
    }

    private static JsonElement Bookmark(JsonElement about, bool mayHaveRows) => Members(about, m => m.Name switch
    {
        "kind" or "apiVersion" => Plain(m.Value),
        "metadata" => Inside(m.Value, v => Members(v, n => n.Name switch
        {
            "resourceVersion" => Plain(n.Value),
            "annotations" => Inside(n.Value, a => Members(a, x => x.Name == "k8s.io/initial-events-end" ? Plain(x.Value) : null)),
            _ => null,
        })),
        "rows" when mayHaveRows => m.Value.ValueKind switch
        {
            JsonValueKind.Null => m.Value,
            JsonValueKind.Array => JsonReference.Array(m.Value.EnumerateArray().Select(r => Inside(r, Row)).OfType<JsonElement>()),
            _ => null,
        },
        _ => null,
    });

    private static JsonElement Row(JsonElement row) => Members(row, m => m.Name switch
    {
        "cells" when m.Value.ValueKind == JsonValueKind.Array => JsonReference.Array([]),
        "cells" when m.Value.ValueKind == JsonValueKind.Null => m.Value,
        "object" => Inside(m.Value, v => Bookmark(v, false)),
        _ => null,
    });

    private static JsonElement Members(JsonElement parent, Func<JsonProperty, JsonElement?> told) =>
        JsonReference.Object(parent.EnumerateObject().Select(m => (m.Name, Value: told(m))).Where(m => m.Value is not null).Select(m => (m.Name, m.Value!.Value)));

    private static JsonElement? Inside(JsonElement value, Func<JsonElement, JsonElement> told) => value.ValueKind switch
    {
        JsonValueKind.Null => value,
        JsonValueKind.Object => told(value),
        _ => null,
    };

    private static JsonElement? Plain(JsonElement value) => IsPlain(value) ? value : null;

    private static bool IsPlain(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);
}
