using System.Text.Json;

namespace Tidegate.Filtering;

/// <summary>
/// What of a JSON value may be told: named members and nothing else, so that one that a later Kubernetes adds tells nothing.
/// </summary>
/// <param name="members">The members of an object; null: it is no object.</param>
/// <param name="elements">The elements of an array; null: it is none.</param>
internal sealed class JsonAllowed(IReadOnlyDictionary<string, JsonAllowed>? members, JsonAllowed? elements = null)
{
    /// <summary>A text, a number, a flag or null.</summary>
    public static readonly JsonAllowed Plain = new(null);

    /// <summary>An array of which nothing is told but that it is one.</summary>
    public static readonly JsonAllowed EmptyArray = new(null, new JsonAllowed(null));

    private readonly bool isObject = members is not null;

    /// <summary>The value without what may not be told, in the order in which it stands there.</summary>
    public byte[] Copy(JsonElement value) => JsonStatus.Written(json => Copy(value, json));

    private void Copy(JsonElement value, Utf8JsonWriter json)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (members?.GetValueOrDefault(member.Name) is { } allowed && allowed.Fits(member.Value))
                    {
                        json.WritePropertyName(member.Name);
                        allowed.Copy(member.Value, json);
                    }
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    if (elements is { isObject: true } && elements.Fits(element))
                    {
                        elements.Copy(element, json);
                    }
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }

    private bool Fits(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Object => members is not null,
        JsonValueKind.Array => elements is not null,
        _ => members is null && elements is null,
    };
}
