using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>
/// RFC 7386, and an approximation of strategic merge that needs no schema: lists whose items are objects merge by the first of
/// the keys that Kubernetes uses anywhere; <c>$patch</c>, <c>$setElementOrder/…</c>, <c>$retainKeys</c> and
/// <c>$deleteFromPrimitiveList/…</c> are honoured or dropped as far as kubectl sends them.
/// </summary>
internal static class MergePatch
{
    private static readonly string[] MergeKeys = ["name", "containerPort", "port", "mountPath", "devicePath", "ip", "type", "uid", "topologyKey"];

    public static JsonObject Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject map)
            {
                target[name] = Merge(target[name] as JsonObject is { } present ? present.Clone() : [], map);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }

        return target;
    }

    public static JsonObject Strategic(JsonObject target, JsonObject patch)
    {
        if (patch.Text("$patch") == "replace")
        {
            JsonObject replaced = patch.Clone();
            replaced.Remove("$patch");
            return replaced;
        }

        if (patch["$retainKeys"] is JsonArray kept)
        {
            HashSet<string> names = [.. kept.Select(k => k!.GetValue<string>())];
            foreach (string name in target.Select(p => p.Key).Where(n => !names.Contains(n)).ToList())
            {
                target.Remove(name);
            }
        }

        foreach ((string name, JsonNode? value) in patch)
        {
            StrategicField(target, name, value);
        }

        return target;
    }

    /// <summary>The key by which the items of a list merge, or null if the list is replaced as a whole.</summary>
    public static string? MergeKey(JsonArray list) =>
        list.Count == 0 ? null : MergeKeys.FirstOrDefault(key => list.All(item => item is JsonObject o && o.ContainsKey(key)));

    private static void StrategicField(JsonObject target, string name, JsonNode? value)
    {
        const string DeletePrimitive = "$deleteFromPrimitiveList/";
        if (name.StartsWith(DeletePrimitive, StringComparison.Ordinal))
        {
            if (target[name[DeletePrimitive.Length..]] is JsonArray present && value is JsonArray gone)
            {
                present.RemoveAll(p => gone.Any(g => JsonNode.DeepEquals(g, p)));
            }
        }
        else if (name.StartsWith('$'))
        {
            return;
        }
        else if (value is null || value.Text("$patch") == "delete")
        {
            target.Remove(name);
        }
        else if (value is JsonObject map)
        {
            target[name] = Strategic(target[name] as JsonObject is { } present ? present.Clone() : [], map);
        }
        else if (value is JsonArray list)
        {
            target[name] = StrategicList(target[name] as JsonArray, list, name);
        }
        else
        {
            target[name] = value.DeepClone();
        }
    }

    private static JsonArray StrategicList(JsonArray? target, JsonArray patch, string field)
    {
        if (patch.FirstOrDefault(p => p.Text("$patch") == "replace") is not null)
        {
            return [.. patch.Where(p => p.Text("$patch") != "replace").Select(p => p!.DeepClone())];
        }

        JsonArray entries = [.. patch.Where(p => p is JsonObject).Select(p => p!.DeepClone())];
        if (field == "finalizers" && target is not null)
        {
            return [.. target.Concat(patch).Select(p => p!.GetValue<string>()).Distinct().Select(s => (JsonNode)s)];
        }

        string? key = entries.Count == patch.Count ? MergeKey(entries) : null;
        if (key is null)
        {
            return (JsonArray)patch.DeepClone();
        }

        JsonArray merged = target is null ? [] : (JsonArray)target.DeepClone();
        foreach (JsonObject entry in entries.Cast<JsonObject>())
        {
            int at = merged.ToList().FindIndex(m => JsonNode.DeepEquals(m.At(key), entry[key]));
            if (entry.Text("$patch") == "delete")
            {
                merged.RemoveAll(m => JsonNode.DeepEquals(m.At(key), entry[key]));
            }
            else if (at >= 0)
            {
                merged[at] = Strategic((JsonObject)merged[at]!.DeepClone(), entry);
            }
            else
            {
                merged.Add(Strategic([], entry));
            }
        }

        return merged;
    }
}
