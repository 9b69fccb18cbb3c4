using System.Text.Json.Nodes;
using Tidegate.Kubernetes;
using Tidegate.Simulation;
using Tidegate.Simulation.Objects;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Kinds and objects that a table takes for granted, made in a simulated cluster.</summary>
internal sealed class TableObjects(SimulatedCluster cluster)
{
    /// <summary>The kinds of every cluster, and those that the tables say somebody has added to this one.</summary>
    public void AddKind(string group, string version, string plural)
    {
        var scope = (group, plural) switch
        {
            ("example.com", "widgets") => KindScope.Namespaced,
            ("example.com", "gadgets") => KindScope.Cluster,
            _ => BuiltInKinds.ScopeOf(group, plural),
        };
        if (scope != KindScope.Unknown && cluster.Store.Catalog.Find(group, version, plural) is null)
        {
            cluster.Store.Catalog.Add(new ResourceType(group, version, plural, char.ToUpperInvariant(plural[0]) + plural[1..], scope == KindScope.Namespaced) { IsReview = plural.EndsWith("reviews", StringComparison.Ordinal) });
        }
    }

    /// <returns>Null when the cluster has no such kind.</returns>
    public ResourceType? TypeOf(RequestInfo request) => cluster.Store.Catalog.Find(request.ApiGroup, request.ApiVersion, request.Resource);

    public bool Has(ResourceType type, string ns, string name) => cluster.Store.Find(type, ns, name) is not null;

    public void Ensure(ResourceType type, string ns, string name)
    {
        if (ns.Length > 0)
        {
            Ensure(ResourceTypes.Namespaces, "", ns);
        }

        if (!Has(type, ns, name))
        {
            cluster.AddObject(ns, new JsonObject { ["apiVersion"] = type.ApiVersion, ["kind"] = type.Kind, ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    /// <summary>Changes it, for those who watch.</summary>
    public void Touch(ResourceType type, string ns, string name) => cluster.Store.Update(type, ns, name, o =>
    {
        o["metadata"]!["annotations"] = new JsonObject { ["touched"] = cluster.Store.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        return o;
    });

    /// <summary>Whether the cluster itself lists it: a selector of the request may leave it out.</summary>
    public bool IsSelected(string target, string ns, string name) =>
        (!target.Contains("metadata.name", StringComparison.Ordinal) || target.Contains($"metadata.name%3D{name}", StringComparison.Ordinal) || target.Contains("metadata.name!", StringComparison.Ordinal))
        && (!target.Contains("metadata.namespace", StringComparison.Ordinal) || target.Contains($"metadata.namespace%3D{ns}", StringComparison.Ordinal));

    public static (string Namespace, string Name) NameOf(JsonNode item) => ((string?)item["metadata"]!["namespace"] ?? "", (string)item["metadata"]!["name"]!);
}
