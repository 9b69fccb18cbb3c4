using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Encodings;

/// <summary>The JSON of a <c>Table</c> in pieces.</summary>
/// <param name="version">The version of meta.k8s.io.</param>
/// <param name="includeObject">What each row carries beside its cells: <c>None</c>, <c>Object</c>, and otherwise its metadata.</param>
internal sealed class TableText(ResourceType type, string version, string includeObject, TimeProvider time)
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    private readonly TableColumns columns = TableColumns.For(type);

    /// <param name="withColumns">False makes <c>columnDefinitions</c> null, as in all events of a watch but the first.</param>
    public List<ReadOnlyMemory<byte>> Text(IReadOnlyList<JsonObject> items, JsonObject metadata, bool withColumns)
    {
        DateTimeOffset now = time.GetUtcNow();
        byte[] head = Json.Bytes(new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{version}",
            ["metadata"] = metadata.DeepClone(),
            ["columnDefinitions"] = withColumns ? columns.Definitions() : null,
            ["rows"] = new JsonArray(),
        });
        List<ReadOnlyMemory<byte>> pieces = new((items.Count * 4) + 2) { head.AsMemory(0, head.Length - 2) };
        for (int i = 0; i < items.Count; i++)
        {
            pieces.Add((i > 0 ? ",{\"cells\":"u8 : "{\"cells\":"u8).ToArray());
            pieces.Add(Json.Bytes(columns.Cells(items[i], now)));
            pieces.Add(",\"object\":"u8.ToArray());
            pieces.Add(RowObject(items[i]));
            pieces.Add("}"u8.ToArray());
        }

        pieces.Add("]}"u8.ToArray());
        return pieces;
    }

    private byte[] RowObject(JsonObject item) => includeObject switch
    {
        "Object" => ObjectBytes.Of(item).Json,

        // The bookmark that ends the initial events keeps its object whatever was asked for, or nobody could tell it.
        "None" when item.At("metadata", "annotations", InitialEventsEnd) is null => "null"u8.ToArray(),
        _ when version == "v1" => ObjectBytes.Of(item).MetadataJson,
        _ => Json.Bytes(ObjectBytes.Metadata(item, version)),
    };
}
