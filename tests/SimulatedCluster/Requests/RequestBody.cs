using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;
using Tidegate.Simulation.Recording;

namespace Tidegate.Simulation.Requests;

/// <summary>Reads request bodies, JSON, YAML or protobuf, and keeps their bytes for the recorder.</summary>
internal static class RequestBody
{
    /// <exception cref="ApiException">415 for an encoding of neither kind, 400 for a body that cannot be read.</exception>
    public static async Task<JsonNode> ReadAsync(HttpContext context, RecordedRequest record)
    {
        byte[] bytes = await ReadBytesAsync(context, record);
        return Parse(bytes, context.Request.ContentType ?? "application/json");
    }

    /// <returns>The body, or null if there is none, which a DELETE may do without.</returns>
    public static async Task<JsonObject?> ReadOptionalAsync(HttpContext context, RecordedRequest record)
    {
        byte[] bytes = await ReadBytesAsync(context, record);
        return bytes.Length == 0 ? null : Parse(bytes, context.Request.ContentType ?? "application/json") as JsonObject;
    }

    private static JsonNode Parse(byte[] bytes, string contentType)
    {
        string type = contentType.Split(';')[0].Trim();
        switch (type)
        {
            case "application/vnd.kubernetes.protobuf":
                return ProtobufReader.Read(bytes);
            case "application/yaml" or "application/apply-patch+yaml":
                return JsonOf(bytes) ?? YamlText.Read(bytes);
            case "application/json" or "application/json-patch+json" or "application/merge-patch+json" or "application/strategic-merge-patch+json":
                break;
            default:
                throw new ApiException(
                    415,
                    "UnsupportedMediaType",
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }

        try
        {
            return JsonNode.Parse(bytes) ?? throw ApiException.BadRequest("the body is empty");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest($"couldn't get version/kind; json parse error: {error.Message}");
        }
    }

    /// <summary>JSON that came as YAML, which is how kubectl sends what it applies; null if it is none.</summary>
    private static JsonNode? JsonOf(byte[] bytes)
    {
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static async Task<JsonObject> ReadObjectAsync(HttpContext context, RecordedRequest record) =>
        await ReadAsync(context, record) as JsonObject ?? throw ApiException.BadRequest("the body must be a JSON object");

    private static async Task<byte[]> ReadBytesAsync(HttpContext context, RecordedRequest record)
    {
        using MemoryStream buffer = new();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        byte[] bytes = buffer.ToArray();
        record.AppendBody(bytes);
        return bytes;
    }
}
