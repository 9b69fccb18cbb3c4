using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.Simulation.Objects;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tidegate.Simulation.Encodings;

/// <summary>Objects as YAML: written in block style with sorted keys, as sigs.k8s.io/yaml does, and read by the core schema.</summary>
internal static partial class YamlText
{
    public static byte[] Write(JsonNode node)
    {
        StringBuilder text = new();
        Write(text, node, 0);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="ApiException">400 for text that is not YAML, or an empty document.</exception>
    public static JsonNode Read(byte[] bytes) => ReadAll(bytes).FirstOrDefault() ?? throw ApiException.BadRequest("the body is empty");

    /// <summary>Every document that is not empty.</summary>
    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<JsonNode> ReadAll(byte[] bytes)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(Encoding.UTF8.GetString(bytes)));
            return [.. stream.Documents.Select(d => Node(d.RootNode)).OfType<JsonNode>()];
        }
        catch (YamlException error)
        {
            throw ApiException.BadRequest($"error converting YAML to JSON: yaml: {error.Message}");
        }
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                foreach ((string name, JsonNode? value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    text.Append(' ', depth * 2).Append(Scalar(name)).Append(':');
                    WriteValue(text, value, value is JsonArray ? depth : depth + 1);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (JsonNode? value in list)
                {
                    text.Append(' ', depth * 2).Append('-');
                    StringBuilder inner = new();
                    WriteValue(inner, value, depth + 1);
                    string lines = inner.ToString();
                    text.Append(lines.StartsWith('\n') ? string.Concat(" ", lines.AsSpan(1 + ((depth + 1) * 2))) : lines);
                }

                break;
            default:
                text.Append(Inline(node)).Append('\n');
                break;
        }
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int depth)
    {
        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
        {
            text.Append('\n');
            Write(text, value, depth);
        }
        else
        {
            text.Append(' ').Append(Inline(value)).Append('\n');
        }
    }

    private static string Inline(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when node.GetValueKind() == JsonValueKind.String => Scalar(node.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    /// <summary>Bare where no reader can take it for anything but text, else quoted as JSON is, which YAML reads too.</summary>
    private static string Scalar(string text) => SafeText().IsMatch(text) && Typed(text) is null ? text : JsonValue.Create(text).ToJsonString(Json.Compact);

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value ?? "", Node(p.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Node)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when scalar.Value is null or "" or "~" or "null" or "Null" or "NULL" => null,
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Typed(scalar.Value!) ?? JsonValue.Create(scalar.Value!),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => throw ApiException.BadRequest("the YAML has aliases, which the simulated cluster does not read"),
    };

    /// <summary>What a plain scalar means if it is not text, by YAML 1.1 as Go's reader still has it; null for text.</summary>
    private static JsonNode? Typed(string text)
    {
        switch (text.ToLowerInvariant())
        {
            case "true" or "yes" or "on" or "y":
                return true;
            case "false" or "no" or "off" or "n" or "null":
                return false;
            default:
                break;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) && double.IsFinite(real) ? real : null;
    }

    [GeneratedRegex(@"^[A-Za-z_/.][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*\z")]
    private static partial Regex SafeText();
}
