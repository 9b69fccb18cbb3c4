using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.Simulation.Encodings;

/// <summary>The written forms of one stored object, each made once. Stored objects do not change, so none of them goes stale.</summary>
internal sealed class ObjectBytes
{
    private static readonly ConditionalWeakTable<JsonObject, ObjectBytes> Known = [];

    private readonly JsonObject item;
    private byte[]? json;
    private byte[]? jsonWithoutKind;
    private byte[]? protobuf;
    private byte[]? metadataJson;
    private byte[]? metadataProtobuf;

    private ObjectBytes(JsonObject item) => this.item = item;

    public byte[] Json => json ??= Tidegate.Simulation.Objects.Json.Bytes(item);

    /// <summary>As the item of a list of a built-in kind.</summary>
    public byte[] JsonWithoutKind => jsonWithoutKind ??= WithoutKind(item);

    /// <summary>The message without its envelope. Made from a copy, so that the object itself does not unfold to many times its size.</summary>
    public byte[] Protobuf => protobuf ??= ProtobufWriter.Message((JsonObject)JsonNode.Parse(Json)!);

    public byte[] MetadataJson => metadataJson ??= Tidegate.Simulation.Objects.Json.Bytes(Metadata(item, "v1"));

    /// <inheritdoc cref="Protobuf"/>
    public byte[] MetadataProtobuf => metadataProtobuf ??= ProtobufWriter.Message("PartialObjectMetadata", Metadata(item, "v1"));

    public static ObjectBytes Of(JsonObject item) => Known.GetValue(item, i => new ObjectBytes(i));

    public static JsonObject Metadata(JsonObject item, string version) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = $"meta.k8s.io/{version}",
        ["metadata"] = item["metadata"]?.DeepClone(),
    };

    private static byte[] WithoutKind(JsonObject item)
    {
        ArrayBufferWriter<byte> bytes = new(4096);
        using Utf8JsonWriter writer = new(bytes, new JsonWriterOptions { Encoder = Tidegate.Simulation.Objects.Json.Compact.Encoder });
        writer.WriteStartObject();
        foreach ((string name, JsonNode? value) in item)
        {
            if (name is not "kind" and not "apiVersion")
            {
                writer.WritePropertyName(name);
                if (value is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    value.WriteTo(writer);
                }
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
