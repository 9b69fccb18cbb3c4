using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>The columns of a type's table, named as the API server's printers name them.</summary>
internal sealed class TableColumns
{
    private static readonly Column NameColumn = new("Name", "string", (o, _) => o.Name());
    private static readonly Column AgeColumn = new("Age", "string", (o, now) => Age(o.Text("metadata", "creationTimestamp"), now));

    private static readonly Dictionary<ResourceType, Column[]> ByType = new()
    {
        [ResourceTypes.Pods] =
        [
            NameColumn,
            new("Ready", "string", (o, _) => $"{o.Items("status", "containerStatuses").Count(s => s.At("ready")?.GetValue<bool>() == true)}/{o.Items("spec", "containers").Count()}"),
            new("Status", "string", (o, _) => o.Text("metadata", "deletionTimestamp") is null ? o.Text("status", "phase") ?? "Unknown" : "Terminating"),
            new("Restarts", "string", (o, _) => Invariant(o.Items("status", "containerStatuses").Sum(s => s.Number("restartCount") ?? 0))),
            AgeColumn,
            new("IP", "string", (o, _) => o.Text("status", "podIP") ?? "<none>", 1),
            new("Node", "string", (o, _) => o.Text("spec", "nodeName") ?? "<none>", 1),
            new("Nominated Node", "string", (_, _) => "<none>", 1),
            new("Readiness Gates", "string", (_, _) => "<none>", 1),
        ],
        [ResourceTypes.Namespaces] = [NameColumn, new("Status", "string", (o, _) => o.Text("status", "phase") ?? ""), AgeColumn],
        [ResourceTypes.Nodes] =
        [
            NameColumn,
            new("Status", "string", (_, _) => "Ready"),
            new("Roles", "string", (_, _) => "<none>"),
            AgeColumn,
            new("Version", "string", (o, _) => o.Text("status", "nodeInfo", "kubeletVersion") ?? ""),
        ],
        [ResourceTypes.ConfigMaps] = [NameColumn, Count("Data", "data"), AgeColumn],
        [ResourceTypes.Secrets] = [NameColumn, new("Type", "string", (o, _) => o.Text("type") ?? ""), Count("Data", "data"), AgeColumn],
        [ResourceTypes.ServiceAccounts] = [NameColumn, Count("Secrets", "secrets"), AgeColumn],
        [ResourceTypes.Services] =
        [
            NameColumn,
            new("Type", "string", (o, _) => o.Text("spec", "type") ?? ""),
            new("Cluster-IP", "string", (o, _) => o.Text("spec", "clusterIP") ?? "<none>"),
            new("External-IP", "string", (_, _) => "<none>"),
            new("Port(s)", "string", (o, _) => string.Join(',', o.Items("spec", "ports").Select(p => $"{p.Number("port")}/{p.Text("protocol") ?? "TCP"}"))),
            AgeColumn,
        ],
        [ResourceTypes.Events] =
        [
            new("Last Seen", "string", (o, now) => Age(o.Text("lastTimestamp") ?? o.Text("metadata", "creationTimestamp"), now)),
            new("Type", "string", (o, _) => o.Text("type") ?? ""),
            new("Reason", "string", (o, _) => o.Text("reason") ?? ""),
            new("Object", "string", (o, _) => $"{o.Text("involvedObject", "kind")?.ToLowerInvariant()}/{o.Text("involvedObject", "name")}"),
            new("Message", "string", (o, _) => o.Text("message") ?? ""),
            new("Name", "string", (o, _) => o.Name(), 1),
        ],
        [ResourceTypes.Deployments] =
        [
            NameColumn,
            new("Ready", "string", (o, _) => $"{o.Number("status", "readyReplicas") ?? 0}/{o.Number("spec", "replicas") ?? 0}"),
            Number("Up-to-date", "status", "updatedReplicas"),
            Number("Available", "status", "availableReplicas"),
            AgeColumn,
        ],
        [ResourceTypes.ReplicaSets] =
        [
            NameColumn,
            Number("Desired", "spec", "replicas"),
            Number("Current", "status", "replicas"),
            Number("Ready", "status", "readyReplicas"),
            AgeColumn,
        ],
        [ResourceTypes.RoleBindings] = [NameColumn, RoleColumn(), AgeColumn],
        [ResourceTypes.ClusterRoleBindings] = [NameColumn, RoleColumn(), AgeColumn],
    };

    private readonly Column[] columns;

    private TableColumns(Column[] columns) => this.columns = columns;

    public static TableColumns For(ResourceType type) => new(ByType.GetValueOrDefault(type) ?? [NameColumn, AgeColumn]);

    public JsonArray Definitions() => new([.. columns.Select(c => (JsonNode)new JsonObject
    {
        ["name"] = c.Name,
        ["type"] = c.Type,
        ["format"] = c.Name == "Name" ? "name" : "",
        ["description"] = "",
        ["priority"] = c.Priority,
    })]);

    public JsonArray Cells(JsonObject item, DateTimeOffset now) => new([.. columns.Select(c => JsonValue.Create(c.Value(item, now)))]);

    private static Column Count(string name, string field) => new(name, "string", (o, _) => Invariant((o[field] as JsonObject)?.Count ?? (o[field] as JsonArray)?.Count ?? 0));

    private static Column Number(string name, string parent, string field) => new(name, "string", (o, _) => Invariant(o.Number(parent, field) ?? 0));

    private static Column RoleColumn() => new("Role", "string", (o, _) => $"{o.Text("roleRef", "kind")}/{o.Text("roleRef", "name")}");

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The age as kubectl's duration.HumanDuration shortens it, near enough: 59s, 5m, 3h, 2d.</summary>
    private static string Age(string? timestamp, DateTimeOffset now)
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

    private sealed record Column(string Name, string Type, Func<JsonObject, DateTimeOffset, string> Value, int Priority = 0);
}
