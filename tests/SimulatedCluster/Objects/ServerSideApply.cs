using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>
/// Server-side apply as far as one field manager at a time needs it: what the manager applies is merged, what it applied before
/// and leaves out now is removed, and <c>managedFields</c> names what it owns. Conflicts between managers are not detected.
/// </summary>
internal static class ServerSideApply
{
    public static JsonObject Apply(JsonObject live, JsonObject applied, string manager, string timestamp)
    {
        JsonObject wanted = applied.Clone();
        wanted.At("metadata")?.AsObject().Remove("managedFields");
        JsonObject? owned = ManagedFields(live).FirstOrDefault(e => IsApply(e, manager))?["fieldsV1"] as JsonObject;
        JsonObject fields = FieldsOf(wanted, top: true);
        if (owned is not null)
        {
            RemoveAbandoned(live, owned, fields);
        }

        JsonObject result = MergePatch.Strategic(live, wanted);
        JsonArray managed = [.. ManagedFields(live).Where(e => !IsApply(e, manager)).Select(e => e.DeepClone())];
        managed.Add(new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = "Apply",
            ["apiVersion"] = wanted.Text("apiVersion"),
            ["time"] = timestamp,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = fields,
        });
        result.Ensure("metadata")["managedFields"] = managed;
        return result;
    }

    private static IEnumerable<JsonObject> ManagedFields(JsonObject live) => live.Items("metadata", "managedFields").OfType<JsonObject>();

    private static bool IsApply(JsonObject entry, string manager) => entry.Text("manager") == manager && entry.Text("operation") == "Apply";

    private static JsonObject FieldsOf(JsonObject value, bool top)
    {
        JsonObject fields = [];
        foreach ((string name, JsonNode? child) in value)
        {
            if (top && name is "apiVersion" or "kind")
            {
                continue;
            }

            if (child is JsonObject map)
            {
                JsonObject inner = FieldsOf(map, top: false);
                inner.Remove("f:name");
                inner.Remove("f:namespace");
                fields["f:" + name] = inner;
            }
            else
            {
                fields["f:" + name] = new JsonObject();
            }
        }

        return fields;
    }

    private static void RemoveAbandoned(JsonObject live, JsonObject before, JsonObject now)
    {
        foreach ((string field, JsonNode? owned) in before)
        {
            string name = field.StartsWith("f:", StringComparison.Ordinal) ? field[2..] : field;
            if (now[field] is not JsonObject still)
            {
                live.Remove(name);
            }
            else if (owned is JsonObject inner && live[name] is JsonObject child)
            {
                RemoveAbandoned(child, inner, still);
            }
        }
    }
}
