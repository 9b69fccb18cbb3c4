using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>The discovery documents, in the old form (one per group and version) and the aggregated one (v2 and v2beta1).</summary>
internal sealed class Discovery(ResourceCatalog catalog)
{
    /// <returns>Whether the path is one of discovery's.</returns>
    public async Task<bool> TryAnswerAsync(HttpContext context, string path)
    {
        string[] parts = path.Trim('/').Split('/');
        if (parts is ["api"] or ["apis"] && AggregatedVersion(context.Request) is { } version)
        {
            await AnswerAggregatedAsync(context, parts[0] == "api", version);
            return true;
        }

        JsonObject? document = parts switch
        {
            ["api"] => LegacyVersions(),
            ["apis"] => GroupList(),
            ["api", "v1"] => ResourceList("", "v1"),
            ["apis", var group] => Group(group),
            ["apis", var group, var served] => ResourceList(group, served),
            _ => null,
        };
        if (document is null)
        {
            return false;
        }

        if (parts.Length == 1)
        {
            context.Response.Headers.Vary = "Accept";
        }

        await Reply.JsonAsync(context, 200, document);
        return true;
    }

    /// <summary>The aggregated form has an entity tag over its content whatever its version (pkg/endpoints/discovery/aggregated/etag.go).</summary>
    private Task AnswerAggregatedAsync(HttpContext context, bool core, string version)
    {
        JsonObject document = Aggregated(core, version);
        string tag = $"\"{Convert.ToHexString(SHA512.HashData(Json.Bytes(document["items"]!)))}\"";
        IHeaderDictionary headers = context.Response.Headers;
        (headers.ETag, headers.Vary, headers.CacheControl) = (tag, "Accept", "public");
        if (context.Request.Headers.IfNoneMatch.FirstOrDefault() == tag)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        return Reply.JsonAsync(context, 200, document, $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
    }

    private static string? AggregatedVersion(HttpRequest request)
    {
        foreach (string wanted in string.Join(',', request.Headers.Accept.ToArray()).Split(','))
        {
            string[] parts = wanted.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] == "application/json" && parts.Contains("as=APIGroupDiscoveryList") && parts.Contains("g=apidiscovery.k8s.io"))
            {
                if (parts.Contains("v=v2"))
                {
                    return "v2";
                }

                if (parts.Contains("v=v2beta1"))
                {
                    return "v2beta1";
                }
            }
        }

        return null;
    }

    private IEnumerable<IGrouping<string, ResourceType>> Groups(bool core) =>
        catalog.All.Where(t => (t.Group.Length == 0) == core).GroupBy(t => t.Group);

    private JsonObject Aggregated(bool core, string version) => new()
    {
        ["kind"] = "APIGroupDiscoveryList",
        ["apiVersion"] = $"apidiscovery.k8s.io/{version}",
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. Groups(core).Select(group => (JsonNode)new JsonObject
        {
            ["metadata"] = group.Key.Length == 0 ? new JsonObject { ["creationTimestamp"] = null } : new JsonObject { ["name"] = group.Key, ["creationTimestamp"] = null },
            ["versions"] = new JsonArray([.. group.GroupBy(t => t.Version).Select(v => (JsonNode)new JsonObject
            {
                ["version"] = v.Key,
                ["resources"] = new JsonArray([.. v.Select(AggregatedResource)]),
                ["freshness"] = "Current",
            })]),
        })]),
    };

    private static JsonNode AggregatedResource(ResourceType type)
    {
        JsonObject resource = new()
        {
            ["resource"] = type.Plural,
            ["responseKind"] = Kind(type.Group, type.Version, type.Kind),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = Array(type.Verbs),
        };
        AddNames(resource, type);
        if (type.Subresources.Length > 0)
        {
            resource["subresources"] = new JsonArray([.. type.Subresources.Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name,
                ["responseKind"] = Kind(s.Group ?? type.Group, s.Version ?? type.Version, s.Kind),
                ["verbs"] = Array(s.Verbs),
            })]);
        }

        return resource;
    }

    private static JsonObject LegacyVersions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(),
    };

    private JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups(core: false).Select(g => (JsonNode)GroupBody(g))]),
    };

    private JsonObject? Group(string name)
    {
        IGrouping<string, ResourceType>? group = Groups(core: false).FirstOrDefault(g => g.Key == name);
        if (group is null)
        {
            return null;
        }

        JsonObject body = GroupBody(group);
        body["kind"] = "APIGroup";
        body["apiVersion"] = "v1";
        return body;
    }

    private static JsonObject GroupBody(IGrouping<string, ResourceType> group)
    {
        List<JsonObject> versions =
            [.. group.Select(t => t.Version).Distinct().Select(v => new JsonObject { ["groupVersion"] = $"{group.Key}/{v}", ["version"] = v })];
        return new JsonObject
        {
            ["name"] = group.Key,
            ["versions"] = new JsonArray([.. versions]),
            ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private JsonObject? ResourceList(string group, string version)
    {
        List<ResourceType> types = [.. catalog.All.Where(t => t.Group == group && t.Version == version)];
        return types.Count == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = types[0].ApiVersion,
            ["resources"] = new JsonArray([.. types.SelectMany(Entries)]),
        };
    }

    private static IEnumerable<JsonNode> Entries(ResourceType type)
    {
        JsonObject entry = new()
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = Array(type.Verbs),
        };
        AddNames(entry, type);
        yield return entry;
        foreach (Subresource sub in type.Subresources)
        {
            JsonObject child = new() { ["name"] = $"{type.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = type.Namespaced };
            if (sub.Group is not null)
            {
                child["group"] = sub.Group;
                child["version"] = sub.Version;
            }

            child["kind"] = sub.Kind;
            child["verbs"] = Array(sub.Verbs);
            yield return child;
        }
    }

    private static void AddNames(JsonObject entry, ResourceType type)
    {
        if (type.ShortNames.Length > 0)
        {
            entry["shortNames"] = Array(type.ShortNames);
        }

        if (type.Categories.Length > 0)
        {
            entry["categories"] = Array(type.Categories);
        }
    }

    private static JsonObject Kind(string group, string version, string kind) => new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static JsonArray Array(string[] values) => new([.. values.Select(v => (JsonNode)v)]);
}
