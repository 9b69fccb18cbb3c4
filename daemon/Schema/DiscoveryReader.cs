using System.Text.Json;
using Tidegate.Kubernetes;

namespace Tidegate.Schema;

/// <summary>
/// Reads discovery documents. The aggregated form, one document for each root, is what clusters speak since 1.27; older ones list versions, each of which
/// has a document of its own. Source: <c>k8s.io/api/apidiscovery/v2/types.go</c> (v2beta1 is alike) and <c>k8s.io/apimachinery/pkg/apis/meta/v1/types.go</c>.
/// </summary>
internal static class DiscoveryReader
{
    /// <summary>Reads an aggregated document.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="eTag">As sent; null for none.</param>
    /// <returns>Null when the document has the old form.</returns>
    /// <exception cref="FormatException">It is no discovery document.</exception>
    public static DiscoveryDocument? ReadAggregated(ReadOnlyMemory<byte> body, string? eTag) => Read(body, root =>
    {
        if (Text(root, "kind") != "APIGroupDiscoveryList")
        {
            return null;
        }

        var kinds = new KindCollector();
        foreach (var group in Items(root, "items"))
        {
            AddGroup(kinds, group);
        }

        return kinds.Collect(eTag);
    });

    /// <summary>Reads the old form of a root.</summary>
    /// <returns>The groups and versions to ask for, such as <c>apps</c> and <c>v1</c>; the group is empty for <c>/api</c>.</returns>
    /// <exception cref="FormatException">It is no such document.</exception>
    public static IReadOnlyList<(string Group, string Version)> ReadVersions(ReadOnlyMemory<byte> body) => Read(body, Versions);

    /// <summary>Reads the old form of one version.</summary>
    /// <exception cref="FormatException">It is no such document.</exception>
    public static void ReadVersion(ReadOnlyMemory<byte> body, string group, KindCollector kinds) => Read(body, root =>
    {
        if (Text(root, "kind") != "APIResourceList")
        {
            throw new FormatException($"a document of kind \"{Text(root, "kind")}\" came where an APIResourceList was asked for");
        }

        // A kind stands before its parts, such as pods/log; the order is not promised.
        foreach (var isPart in new[] { false, true })
        {
            foreach (var resource in Items(root, "resources"))
            {
                AddResource(kinds, group, resource, isPart);
            }
        }

        return true;
    });

    private static List<(string Group, string Version)> Versions(JsonElement root) => Text(root, "kind") switch
    {
        "APIVersions" => [.. Items(root, "versions").Select(v => ("", v.GetString() ?? throw new FormatException("a version has no name")))],
        "APIGroupList" =>
        [
            .. from g in Items(root, "groups")
               from v in Items(g, "versions")
               select (Text(g, "name"), Text(v, "version")),
        ],
        var kind => throw new FormatException($"a document of kind \"{kind}\" came where discovery was asked for"),
    };

    private static void AddGroup(KindCollector kinds, JsonElement group)
    {
        var name = group.TryGetProperty("metadata", out var metadata) ? Text(metadata, "name") : "";
        var versions = 0;
        foreach (var version in Items(group, "versions"))
        {
            versions++;
            var resources = 0;
            foreach (var resource in Items(version, "resources"))
            {
                resources++;
                AddAggregated(kinds, name, resource);
            }

            if (resources == 0 || Text(version, "freshness") == "Stale")
            {
                kinds.MarkStale(name);
            }
        }

        if (versions == 0)
        {
            kinds.MarkStale(name);
        }
    }

    private static void AddAggregated(KindCollector kinds, string group, JsonElement resource)
    {
        var scope = Text(resource, "scope") switch
        {
            "Namespaced" => KindScope.Namespaced,
            "Cluster" => KindScope.Cluster,
            _ => KindScope.Unknown,
        };
        var plural = Text(resource, "resource");
        var kind = resource.TryGetProperty("responseKind", out var response) && response.ValueKind == JsonValueKind.Object ? Text(response, "kind") : "";
        kinds.Add(group, plural, kind, scope);
        foreach (var part in Items(resource, "subresources"))
        {
            kinds.AddSubresource(group, plural, Text(part, "subresource"));
        }
    }

    private static void AddResource(KindCollector kinds, string group, JsonElement resource, bool isPart)
    {
        var name = Text(resource, "name");
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 != isPart)
        {
            return;
        }

        if (isPart)
        {
            kinds.AddSubresource(group, name[..slash], name[(slash + 1)..]);
        }
        else
        {
            kinds.Add(group, name, Text(resource, "kind"), resource.GetProperty("namespaced").GetBoolean() ? KindScope.Namespaced : KindScope.Cluster);
        }
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("the answer is no discovery document", e);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind != JsonValueKind.Null ? list.EnumerateArray() : [];

    private static string Text(JsonElement parent, string name) => parent.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";
}
