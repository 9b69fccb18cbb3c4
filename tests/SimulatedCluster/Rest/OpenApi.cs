using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>
/// OpenAPI as far as kubectl reads it. Version 3: one document per group and version with its kinds and the query parameters of
/// their writes. Version 2: kinds and parameters in protobuf (for kubectl before 1.27) and JSON, without schemas, so that
/// validation on the client is skipped.
/// </summary>
internal sealed class OpenApi(ResourceCatalog catalog)
{
    /// <returns>Whether the path is one of OpenAPI's.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context, string path)
    {
        switch (path)
        {
            case "/openapi/v3":
                await Reply.JsonAsync(context, 200, Index());
                return true;
            case "/openapi/v2":
                await AnswerVersion2Async(context);
                return true;
            case var _ when path.StartsWith("/openapi/v3/", StringComparison.Ordinal) && Document(path["/openapi/v3/".Length..]) is { } document:
                await Reply.JsonAsync(context, 200, document);
                return true;
            default:
                return false;
        }
    }

    private static string PathOf(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.Group}/{type.Version}";

    private JsonObject Index()
    {
        JsonObject paths = [];
        foreach (IGrouping<string, ResourceType> version in catalog.All.GroupBy(PathOf))
        {
            string hash = Convert.ToHexString(SHA512.HashData(Encoding.UTF8.GetBytes(string.Join(' ', version.Select(t => t.Plural)))));
            paths[version.Key] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{version.Key}?hash={hash}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    private JsonObject? Document(string path)
    {
        List<ResourceType> types = [.. catalog.All.Where(t => PathOf(t) == path)];
        if (types.Count == 0)
        {
            return null;
        }

        JsonObject paths = [];
        JsonObject schemas = [];
        foreach (ResourceType type in types)
        {
            paths[Template(type)] = new JsonObject { ["patch"] = Operation(type, "patch"), ["get"] = Operation(type, "get") };
            schemas[$"simulated.{type.Version}.{type.Kind}"] = Schema(type);
        }

        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.35.0-simulated" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    public static string Template(ResourceType type) =>
        $"/{PathOf(type)}/{(type.Namespaced ? "namespaces/{namespace}/" : "")}{type.Plural}/{{name}}";

    private static JsonObject Operation(ResourceType type, string action) => new()
    {
        ["operationId"] = $"{action}{type.Kind}",
        ["parameters"] = new JsonArray([.. new[] { "dryRun", "fieldManager", "fieldValidation" }.Select(name => (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["in"] = "query",
            ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
        })]),
        ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = Gvk(type),
    };

    private static JsonObject Schema(ResourceType type)
    {
        JsonObject properties = new()
        {
            ["apiVersion"] = Property("string", "APIVersion defines the versioned schema of this representation of an object."),
            ["kind"] = Property("string", "Kind is a string value representing the REST resource this object represents."),
            ["metadata"] = Property("object", "Standard object's metadata."),
            ["spec"] = Property("object", "The desired state of the object."),
            ["status"] = Property("object", "The observed state of the object."),
        };
        return new JsonObject
        {
            ["description"] = $"{type.Kind} as the simulated cluster keeps it.",
            ["type"] = "object",
            ["properties"] = properties,
            ["x-kubernetes-group-version-kind"] = new JsonArray(Gvk(type)),
        };
    }

    private static JsonObject Property(string type, string description) => new() { ["type"] = type, ["description"] = description };

    private static JsonObject Gvk(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };

    private Task AnswerVersion2Async(HttpContext context)
    {
        string accept = context.Request.Headers.Accept.ToString();
        const string Protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
        if (accept.Contains("proto-openapi.spec.v2", StringComparison.Ordinal))
        {
            return Reply.PiecesAsync(context, 200, [OpenApiProtobuf.Document(catalog)], Protobuf);
        }

        return Reply.JsonAsync(context, 200, new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.35.0-simulated" },
            ["paths"] = new JsonObject(),
        });
    }
}
