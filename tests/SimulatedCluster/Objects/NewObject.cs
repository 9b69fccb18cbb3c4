using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Tidegate.Simulation.Objects;

/// <summary>What an API server fills in on creation and refuses to change later.</summary>
internal static class NewObject
{
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static JsonObject Prepare(ResourceType type, string ns, JsonObject body, string timestamp)
    {
        JsonObject item = Ordered(type, body);
        JsonObject metadata = item.Ensure("metadata");
        if (string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix + RandomSuffix(5);
        }

        string name = metadata.Text("name") ?? "";
        if (name.Length == 0)
        {
            throw ApiException.Invalid(type, "", "metadata.name: Required value: name or generateName is required");
        }

        string wanted = metadata.Text("namespace") ?? "";
        if (type.Namespaced && wanted.Length > 0 && wanted != ns)
        {
            throw ApiException.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({wanted} != {ns})");
        }

        if (type.Namespaced)
        {
            metadata["namespace"] = ns;
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = timestamp;
        metadata.Remove("resourceVersion");
        if (item["spec"] is not null)
        {
            metadata["generation"] = 1;
        }

        return item;
    }

    public static void KeepIdentity(JsonObject before, JsonObject after)
    {
        JsonObject metadata = after.Ensure("metadata");
        foreach (string field in (string[])["name", "namespace", "uid", "creationTimestamp", "resourceVersion", "generation"])
        {
            if (before.At("metadata", field) is { } value)
            {
                metadata[field] = value.DeepClone();
            }
            else
            {
                metadata.Remove(field);
            }
        }
    }

    public static string RandomSuffix(int length) => RandomNumberGenerator.GetString(NameAlphabet, length);

    private static JsonObject Ordered(ResourceType type, JsonObject body)
    {
        JsonObject item = new() { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind };
        foreach ((string name, JsonNode? value) in body)
        {
            if (name is not "apiVersion" and not "kind")
            {
                item[name] = value?.DeepClone();
            }
        }

        return item;
    }
}
