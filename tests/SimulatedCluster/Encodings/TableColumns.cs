using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Encodings;

/// <summary>One column of a table: its header, and an object's cell in it, text or a number.</summary>
internal sealed record TableColumn(string Name, string Type, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, int Priority = 0);

/// <summary>The columns of a type's table.</summary>
internal sealed class TableColumns
{
    public static readonly TableColumn Name = new("Name", "string", (o, _) => o.Name());
    public static readonly TableColumn Age = new("Age", "string", (o, now) => AgeOf(o.Text("metadata", "creationTimestamp"), now));

    private readonly IReadOnlyList<TableColumn> columns;

    private TableColumns(IReadOnlyList<TableColumn> columns) => this.columns = columns;

    public static TableColumns For(ResourceType type) => new(type.IsCustom ? Custom(type) : BuiltInColumns.Of(type.QualifiedName) ?? [Name, Created]);

    public JsonArray Definitions() => new([.. columns.Select(c => (JsonNode)new JsonObject
    {
        ["name"] = c.Name,
        ["type"] = c.Type,
        ["format"] = c.Name == "Name" ? "name" : "",
        ["description"] = "",
        ["priority"] = c.Priority,
    })]);

    public JsonArray Cells(JsonObject item, DateTimeOffset now) => new([.. columns.Select(c => c.Cell(item, now))]);

    /// <summary>The age as kubectl's duration.HumanDuration shortens it, near enough: 59s, 5m, 3h, 2d.</summary>
    public static string AgeOf(string? timestamp, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, out DateTimeOffset then))
        {
            return "<unknown>";
        }

        TimeSpan age = now - then;
        return age.TotalSeconds < 120 ? $"{(long)Math.Max(age.TotalSeconds, 0)}s"
            : age.TotalMinutes < 120 ? $"{(long)age.TotalMinutes}m"
            : age.TotalHours < 48 ? $"{(long)age.TotalHours}h"
            : $"{(long)age.TotalDays}d";
    }

    /// <summary>What types without a printer of their own get (registry/rest/table.go).</summary>
    private static TableColumn Created { get; } = new("Created At", "date", (o, _) => o.Text("metadata", "creationTimestamp"));

    private static List<TableColumn> Custom(ResourceType type)
    {
        IEnumerable<TableColumn> more = type.PrinterColumns.Select(c => new TableColumn(c.Name, c.Type, (o, now) => CustomCell(c, o, now), c.Priority));
        return [Name, .. type.PrinterColumns.Count > 0 ? more : [Age with { Type = "date" }]];
    }

    private static JsonNode? CustomCell(PrinterColumn column, JsonObject item, DateTimeOffset now)
    {
        JsonNode? value = item.At(column.Path.TrimStart('.').Split('.'));
        return column.Type == "date" ? AgeOf(item.Text(column.Path.TrimStart('.').Split('.')), now) : value?.DeepClone();
    }
}
