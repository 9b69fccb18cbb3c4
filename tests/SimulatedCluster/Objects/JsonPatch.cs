using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>RFC 6902 on an object.</summary>
internal static class JsonPatch
{
    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        JsonNode? root = target;
        foreach (JsonNode? step in patch)
        {
            root = ApplyOne(root, step as JsonObject ?? throw ApiException.BadRequest("a JSON patch is a list of operations"));
        }

        return root as JsonObject ?? throw ApiException.BadRequest("the JSON patch leaves no object");
    }

    private static JsonNode? ApplyOne(JsonNode? root, JsonObject step)
    {
        string path = step.Text("path") ?? throw ApiException.BadRequest("a JSON patch operation needs a path");
        switch (step.Text("op"))
        {
            case "add":
                return Add(root, path, step["value"]?.DeepClone());
            case "remove":
                Remove(root, path);
                return root;
            case "replace":
                Find(root, path);
                return Replace(root, path, step["value"]?.DeepClone());
            case "copy":
                return Add(root, path, Find(root, step.Text("from") ?? "")?.DeepClone());
            case "move":
                JsonNode? moved = Find(root, step.Text("from") ?? "")?.DeepClone();
                Remove(root, step.Text("from") ?? "");
                return Add(root, path, moved);
            case "test":
                return JsonNode.DeepEquals(Find(root, path), step["value"])
                    ? root
                    : throw new ApiException(422, "Invalid", $"the server rejected our request due to an error in our request: testing value {path} failed");
            default:
                throw ApiException.BadRequest($"unknown JSON patch operation \"{step.Text("op")}\"");
        }
    }

    private static JsonNode? Find(JsonNode? root, string path)
    {
        foreach (string token in Tokens(path))
        {
            root = root switch
            {
                JsonObject parent when parent.TryGetPropertyValue(token, out JsonNode? child) => child,
                JsonArray list when int.TryParse(token, out int index) && index >= 0 && index < list.Count => list[index],
                _ => throw new ApiException(422, "Invalid", $"the server rejected our request due to an error in our request: no value at {path}"),
            };
        }

        return root;
    }

    private static JsonNode? Add(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        (JsonNode? parent, string last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map:
                map[last] = value;
                return root;
            case JsonArray list when last == "-":
                list.Add(value);
                return root;
            case JsonArray list when int.TryParse(last, out int index) && index >= 0 && index <= list.Count:
                list.Insert(index, value);
                return root;
            default:
                throw new ApiException(422, "Invalid", $"the server rejected our request due to an error in our request: nothing can be added at {path}");
        }
    }

    private static JsonNode? Replace(JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }

        (JsonNode? parent, string last) = Parent(root, path);
        if (parent is JsonArray list)
        {
            list[int.Parse(last)] = value;
        }
        else
        {
            ((JsonObject)parent!)[last] = value;
        }

        return root;
    }

    private static void Remove(JsonNode? root, string path)
    {
        Find(root, path);
        (JsonNode? parent, string last) = Parent(root, path);
        if (parent is JsonArray list)
        {
            list.RemoveAt(int.Parse(last));
        }
        else
        {
            ((JsonObject)parent!).Remove(last);
        }
    }

    private static (JsonNode? Parent, string Last) Parent(JsonNode? root, string path)
    {
        int cut = path.LastIndexOf('/');
        return (Find(root, path[..Math.Max(cut, 0)]), Unescape(path[(cut + 1)..]));
    }

    private static IEnumerable<string> Tokens(string path) => path.Length == 0 ? [] : path[1..].Split('/').Select(Unescape);

    private static string Unescape(string token) => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
