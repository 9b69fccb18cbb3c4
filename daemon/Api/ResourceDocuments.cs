using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Api;

/// <summary>
/// The resources in force as documents of the form in which they are committed, after <c>tctl get</c>. What a cluster's credential holds is secret
/// and is shown only when asked for.
/// </summary>
internal static class ResourceDocuments
{
    /// <summary>The kinds, in the plural, as commands name them.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["kube_clusters", "roles", "users", "mtls", "locks"];

    /// <returns>Null when there is no such kind. Singular and plural are both understood.</returns>
    public static IReadOnlyList<JsonObject>? Of(DesiredState state, string kind, bool withSecrets) => kind switch
    {
        "kube_clusters" or "kube_cluster" => All(state.Clusters, c => Of(c, withSecrets)),
        "roles" or "role" => All(state.Roles, Of),
        "users" or "user" => All(state.Users, Of),
        "mtls" => All(state.Connectors, Of),
        "locks" or "lock" => All(state.Locks, Of),
        _ => null,
    };

    private static IReadOnlyList<JsonObject> All<T>(IReadOnlyDictionary<string, T> resources, Func<T, JsonObject> document) =>
        [.. resources.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => document(r.Value))];

    private static JsonObject Of(KubeCluster cluster, bool withSecrets)
    {
        var metadata = Metadata(cluster.Name, cluster.Origin, cluster.Expires);
        if (cluster.Description.Length > 0)
        {
            metadata["description"] = cluster.Description;
        }

        metadata["labels"] = new JsonObject(cluster.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));

        // With secrets the document can be committed again; without, it says at least where the cluster is.
        JsonObject spec = withSecrets
            ? new() { ["kubeconfig"] = KubeconfigDocument.Base64(cluster.Name, cluster.Credential) }
            : new() { ["server"] = cluster.Credential.Server.OriginalString };
        return Document("kube_cluster", "v3", metadata, spec);
    }

    private static JsonObject Of(Role role)
    {
        var spec = new JsonObject();
        if (role.Options != RoleOptions.None)
        {
            spec["options"] = Of(role.Options);
        }

        spec["allow"] = Of(role.Allow);
        spec["deny"] = Of(role.Deny);
        return Document("role", $"v{role.Version.ToString(CultureInfo.InvariantCulture)}", Metadata(role.Name, role.Origin, role.Expires), spec);
    }

    private static JsonObject Of(RoleOptions options)
    {
        var document = new JsonObject();
        foreach (var (name, duration) in new[] { ("max_session_ttl", options.MaxSessionTtl), ("client_idle_timeout", options.ClientIdleTimeout) })
        {
            if (duration is { } limit)
            {
                document[name] = GoDuration.ToString(limit);
            }
        }

        if (options.DisconnectExpiredCert)
        {
            document["disconnect_expired_cert"] = true;
        }

        if (options.MaxKubernetesConnections > 0)
        {
            document["max_kubernetes_connections"] = options.MaxKubernetesConnections;
        }

        return document;
    }

    private static JsonObject Of(RoleConditions conditions)
    {
        var side = new JsonObject();
        if (conditions.KubernetesLabels.Count > 0)
        {
            side["kubernetes_labels"] = Map(conditions.KubernetesLabels);
        }

        if (conditions.KubernetesGroups.Count > 0)
        {
            side["kubernetes_groups"] = List(conditions.KubernetesGroups);
        }

        if (conditions.KubernetesUsers.Count > 0)
        {
            side["kubernetes_users"] = List(conditions.KubernetesUsers);
        }

        // Left out, the list means what the role's version says, which is written out in the role; only where that is nothing (v6) is there none to write.
        if (conditions.KubernetesResources.Count > 0)
        {
            side["kubernetes_resources"] = new JsonArray([.. conditions.KubernetesResources.Select(r => (JsonNode)Of(r))]);
        }

        return side;
    }

    /// <summary>Verbs are always there: an empty list means none, and up to v6 an absent one means all.</summary>
    private static JsonObject Of(KubernetesResource resource)
    {
        var entry = new JsonObject { ["kind"] = resource.Kind };
        if (resource.ApiGroup.Length > 0)
        {
            entry["api_group"] = resource.ApiGroup;
        }

        if (resource.Namespace.Length > 0)
        {
            entry["namespace"] = resource.Namespace;
        }

        entry["name"] = resource.Name;
        entry["verbs"] = List(resource.Verbs);
        return entry;
    }

    private static JsonObject Of(User user) => Document(
        "user", "v2", Metadata(user.Name, user.Origin, user.Expires), new() { ["roles"] = List(user.Roles), ["traits"] = Map(user.Traits) });

    private static JsonObject Of(MtlsConnector connector) => Document(
        "mtls",
        "v1",
        Metadata(connector.Name, connector.Origin, connector.Expires),
        new()
        {
            ["attributes_to_roles"] = new JsonArray([.. connector.Mappings.Select(m =>
                (JsonNode)new JsonObject { ["name"] = m.Attribute, ["value"] = m.Value, ["roles"] = List(m.Roles) })]),
        });

    private static JsonObject Of(State.Lock held)
    {
        var target = new JsonObject();
        foreach (var (key, value) in new[] { ("user", held.Target.User), ("role", held.Target.Role), ("kube_cluster", held.Target.KubeCluster) })
        {
            if (value is not null)
            {
                target[key] = value;
            }
        }

        var spec = new JsonObject { ["target"] = target };
        if (held.Message.Length > 0)
        {
            spec["message"] = held.Message;
        }

        return Document("lock", "v2", Metadata(held.Name, held.Origin, held.Expires), spec);
    }

    private static JsonObject Document(string kind, string version, JsonObject metadata, JsonObject spec) =>
        new() { ["kind"] = kind, ["version"] = version, ["metadata"] = metadata, ["spec"] = spec };

    private static JsonObject Metadata(string name, Origin origin, DateTimeOffset? expires)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (expires is { } when)
        {
            metadata["expires"] = when.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        if (origin.Revision.Length > 0)
        {
            metadata["revision"] = origin.Revision;
        }

        return metadata;
    }

    private static JsonObject Map(EquatableMap<EquatableList<string>> map) =>
        new(map.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)List(e.Value))));

    private static JsonArray List(EquatableList<string> list) => new([.. list.Select(v => (JsonNode)v)]);
}
