using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.Simulation.Encodings;

/// <summary>
/// The form in which one client asked for objects of a type, and the bytes of that form (apiserver,
/// pkg/endpoints/handlers/response.go). A body comes in pieces, most of them kept with their objects, and none is copied here.
/// </summary>
internal sealed class ObjectView
{
    private readonly ResourceType type;
    private readonly MediaChoice media;
    private readonly TableText table;
    private bool headersSent;

    private ObjectView(ResourceType type, MediaChoice media, TableText table) => (this.type, this.media, this.table) = (type, media, table);

    public string ContentType => media.ContentType;

    public string WatchContentType => media.WatchContentType;

    private string MetaVersion => $"meta.k8s.io/{media.Version}";

    private bool IsPartial => media.Form is "PartialObjectMetadata" or "PartialObjectMetadataList";

    /// <exception cref="ApiException">406 if the client accepts nothing that can be given, 400 for an odd <c>includeObject</c>.</exception>
    public static ObjectView Of(HttpRequest request, ResourceType type, TimeProvider time, bool watch = false)
    {
        MediaChoice media = MediaChoice.Of(request, type, watch);
        string include = request.Query["includeObject"].FirstOrDefault() ?? "";
        return media.IsTable && include is not "" and not "None" and not "Metadata" and not "Object"
            ? throw ApiException.BadRequest(
                $"Unable to convert to Table as requested: includeObject: Invalid value: \"{include}\": must be 'Metadata', 'Object', 'None', or empty")
            : new ObjectView(type, media, new TableText(type, media.Version, include, time));
    }

    /// <exception cref="ApiException">406 for the form of a list.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> Single(JsonObject item) => Finished([SingleBytes(item)]);

    /// <exception cref="ApiException">406 for the form of a single object.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> List(IReadOnlyList<JsonObject> items, JsonObject listMetadata)
    {
        if (media.Form == "PartialObjectMetadata")
        {
            throw new ApiException(406, "NotAcceptable", $"you requested PartialObjectMetadata, but the requested object is a list (*{type.ListKind})");
        }

        (string apiVersion, string kind) = IsPartial ? (MetaVersion, "PartialObjectMetadataList") : (type.ApiVersion, type.ListKind);
        return media.Format == WireFormat.Protobuf
            ? ProtobufList(apiVersion, kind, items, listMetadata)
            : Finished(media.IsTable ? table.Text(items, listMetadata, withColumns: true) : JsonList(apiVersion, kind, items, listMetadata));
    }

    /// <summary>One event of a watch. Of tables only the first has columns.</summary>
    public byte[] Event(string change, JsonObject item)
    {
        if (media.Form == "PartialObjectMetadataList")
        {
            throw new ApiException(406, "NotAcceptable", "you requested PartialObjectMetadataList, but the requested object is not a list");
        }

        return Framed(change, SingleBytes(item));
    }

    /// <summary>The event that ends a watch with an error.</summary>
    public byte[] ErrorEvent(JsonObject status) => Framed("ERROR", media.Format == WireFormat.Protobuf ? ProtobufWriter.Object(status) : Json.Bytes(status));

    /// <summary>A piece as a part of a body that is not JSON alone.</summary>
    private byte[] Framed(string change, byte[] item) => media.Format == WireFormat.Protobuf
        ? ProtobufWriter.Event(change, item)
        : [.. "{\"type\":\""u8, .. System.Text.Encoding.UTF8.GetBytes(change), .. "\",\"object\":"u8, .. item, .. "}\n"u8];

    private byte[] SingleBytes(JsonObject item)
    {
        if (media.Form == "PartialObjectMetadataList")
        {
            throw new ApiException(406, "NotAcceptable", $"you requested PartialObjectMetadataList, but the requested object is not a list (*{type.Kind})");
        }

        ObjectBytes bytes = ObjectBytes.Of(item);
        if (media.IsTable)
        {
            bool withColumns = !headersSent;
            headersSent = true;
            return Joined(table.Text([item], new JsonObject { ["resourceVersion"] = item.ResourceVersion() }, withColumns));
        }

        return (IsPartial, media.Format == WireFormat.Protobuf) switch
        {
            (true, true) => ProtobufWriter.Object(MetaVersion, "PartialObjectMetadata", bytes.MetadataProtobuf),
            (true, false) => PartialJson(item),
            (false, true) => ProtobufWriter.Object(type.ApiVersion, type.Kind, bytes.Protobuf),
            _ => bytes.Json,
        };
    }

    private byte[] PartialJson(JsonObject item) =>
        media.Version == "v1" ? ObjectBytes.Of(item).MetadataJson : Json.Bytes(ObjectBytes.Metadata(item, media.Version));

    private List<ReadOnlyMemory<byte>> JsonList(string apiVersion, string kind, IReadOnlyList<JsonObject> items, JsonObject listMetadata)
    {
        byte[] head = Json.Bytes(new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion, ["metadata"] = listMetadata, ["items"] = new JsonArray() });
        List<ReadOnlyMemory<byte>> pieces = new((items.Count * 2) + 2) { head.AsMemory(0, head.Length - 2) };
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                pieces.Add(","u8.ToArray());
            }

            ObjectBytes bytes = ObjectBytes.Of(items[i]);
            pieces.Add(IsPartial ? PartialJson(items[i]) : type.IsCustom ? bytes.Json : bytes.JsonWithoutKind);
        }

        pieces.Add("]}"u8.ToArray());
        return pieces;
    }

    private List<ReadOnlyMemory<byte>> ProtobufList(string apiVersion, string kind, IReadOnlyList<JsonObject> items, JsonObject listMetadata)
    {
        // The first version of the list of metadata numbered its two fields the other way round.
        (int metadataField, int itemField) = kind == "PartialObjectMetadataList" && media.Version == "v1beta1" ? (2, 1) : (1, 2);
        byte[] metadata = ProtobufWriter.Message("ListMeta", listMetadata);
        List<ReadOnlyMemory<byte>> pieces = new((items.Count * 2) + 4) { default, ProtobufWriter.Prefix(metadataField, metadata.Length), metadata };
        foreach (JsonObject item in items)
        {
            ObjectBytes bytes = ObjectBytes.Of(item);
            byte[] message = IsPartial ? bytes.MetadataProtobuf : bytes.Protobuf;
            pieces.Add(ProtobufWriter.Prefix(itemField, message.Length));
            pieces.Add(message);
        }

        pieces[0] = ProtobufWriter.EnvelopeStart(apiVersion, kind, pieces.Sum(p => (long)p.Length));
        pieces.Add(ProtobufWriter.EnvelopeEnd.ToArray());
        return pieces;
    }

    /// <summary>Ends a JSON text with a line feed, as Go's encoder does, or turns it into YAML.</summary>
    private List<ReadOnlyMemory<byte>> Finished(List<ReadOnlyMemory<byte>> pieces)
    {
        switch (media.Format)
        {
            case WireFormat.Yaml:
                return [YamlText.Write(JsonNode.Parse(Joined(pieces))!)];
            case WireFormat.Json:
                pieces.Add("\n"u8.ToArray());
                return pieces;
            default:
                return pieces;
        }
    }

    private static byte[] Joined(List<ReadOnlyMemory<byte>> pieces)
    {
        using MemoryStream whole = new();
        pieces.ForEach(p => whole.Write(p.Span));
        return whole.ToArray();
    }
}
