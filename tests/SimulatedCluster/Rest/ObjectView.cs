using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.Simulation.Rest;

/// <summary>The form in which a client asks for objects: whole, as table rows, or metadata only.</summary>
internal sealed class ObjectView
{
    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    private readonly string form;
    private readonly string includeObject;
    private readonly TimeProvider time;

    private ObjectView(string form, string includeObject, TimeProvider time) => (this.form, this.includeObject, this.time) = (form, includeObject, time);

    public string ContentType => form switch
    {
        "" => "application/json",
        "Protobuf" => Protobuf,
        _ => $"application/json;as={form};g=meta.k8s.io;v=v1",
    };

    /// <summary>The media type of a watch in this form.</summary>
    public string WatchContentType => form.Length == 0 ? ContentType : ContentType + ";stream=watch";

    /// <exception cref="ApiException">406 if the client accepts nothing that can be given.</exception>
    public static ObjectView Of(HttpRequest request, ResourceType type, TimeProvider time)
    {
        string accept = string.Join(',', request.Headers.Accept.ToArray());
        string include = request.Query["includeObject"].ToString();
        foreach (string wanted in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = wanted.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] == Protobuf && !parts.Any(p => p.StartsWith("as=", StringComparison.Ordinal)) && ProtobufWriter.Knows(type.Kind))
            {
                return new ObjectView("Protobuf", include, time);
            }

            if (parts[0] is "application/json" or "*/*" or "application/*")
            {
                string form = parts.FirstOrDefault(p => p.StartsWith("as=", StringComparison.Ordinal))?[3..] ?? "";
                if (form.Length == 0 || Array.IndexOf(parts, "v=v1") >= 0)
                {
                    return new ObjectView(form.Replace("List", "", StringComparison.Ordinal), include, time);
                }
            }
        }

        return accept.Length == 0 || accept.Contains("application/yaml", StringComparison.Ordinal)
            ? new ObjectView("", include, time)
            : throw new ApiException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf");
    }

    /// <summary>What <see cref="Single"/> or <see cref="List"/> gave, as bytes of <see cref="ContentType"/>.</summary>
    public byte[] Bytes(JsonObject body) => form == "Protobuf" ? ProtobufWriter.Object(body) : Json.Bytes(body);

    /// <summary>One event of a watch, as bytes of <see cref="WatchContentType"/>.</summary>
    public byte[] EventBytes(string kind, JsonObject body) => form == "Protobuf"
        ? ProtobufWriter.Event(kind, body)
        : [.. Json.Bytes(new JsonObject { ["type"] = kind, ["object"] = body.DeepClone() }), (byte)'\n'];

    public JsonObject Single(ResourceType type, JsonObject item) => form switch
    {
        "Table" => Table(type, [item], item.ResourceVersion()),
        "PartialObjectMetadata" => Metadata(item),
        _ => item,
    };

    public JsonObject List(ResourceType type, IReadOnlyList<JsonObject> items, JsonObject listMetadata)
    {
        if (form == "Table")
        {
            JsonObject table = Table(type, items, "");
            table["metadata"] = listMetadata;
            return table;
        }

        bool partial = form == "PartialObjectMetadata";
        return new JsonObject
        {
            ["kind"] = partial ? "PartialObjectMetadataList" : type.ListKind,
            ["apiVersion"] = partial ? "meta.k8s.io/v1" : type.ApiVersion,
            ["metadata"] = listMetadata,
            ["items"] = new JsonArray([.. items.Select(i => (JsonNode)(partial ? Metadata(i) : ListItem(i)))]),
        };
    }

    private static JsonObject ListItem(JsonObject item)
    {
        JsonObject copy = item.Clone();
        copy.Remove("kind");
        copy.Remove("apiVersion");
        return copy;
    }

    private static JsonObject Metadata(JsonObject item) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = item["metadata"]?.DeepClone(),
    };

    private JsonObject Table(ResourceType type, IReadOnlyList<JsonObject> items, string resourceVersion)
    {
        TableColumns columns = TableColumns.For(type);
        DateTimeOffset now = time.GetUtcNow();
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion },
            ["columnDefinitions"] = columns.Definitions(),
            ["rows"] = new JsonArray([.. items.Select(item => (JsonNode)new JsonObject
            {
                ["cells"] = columns.Cells(item, now),
                ["object"] = includeObject switch
                {
                    "None" => null,
                    "Object" => item.DeepClone(),
                    _ => Metadata(item),
                },
            })]),
        };
    }
}
