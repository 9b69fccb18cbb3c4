using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;
using Tidegate.Simulation.Recording;

namespace Tidegate.Simulation.Rest;

/// <summary>Reads request bodies, JSON or protobuf, and keeps their bytes for the recorder.</summary>
internal static class RequestBody
{
    /// <exception cref="ApiException">415 for an encoding of neither kind, 400 for a body that cannot be read.</exception>
    public static async Task<JsonNode> ReadAsync(HttpContext context, RecordedRequest record)
    {
        byte[] bytes = await ReadBytesAsync(context, record);
        string type = context.Request.ContentType ?? "application/json";
        if (type.StartsWith("application/vnd.kubernetes.protobuf", StringComparison.Ordinal))
        {
            return ProtobufReader.Read(bytes);
        }

        if (type.Contains("cbor", StringComparison.Ordinal))
        {
            throw new ApiException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: application/json, application/vnd.kubernetes.protobuf");
        }

        try
        {
            return JsonNode.Parse(bytes) ?? throw ApiException.BadRequest("the body is empty");
        }
        catch (JsonException error)
        {
            throw ApiException.BadRequest($"the body is not JSON, which is what the simulated cluster reads: {error.Message}");
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
