using System.Text.Json;
using System.Text.Json.Serialization;
using Tidegate.Access;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using Lock = Tidegate.State.Lock;

namespace Tidegate.Tests.Access;

/// <summary>A small world of roles, people and clusters, written as JSON in front of the cases of a table.</summary>
internal sealed record AccessWorld
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly RequestInfo Request = RequestInfoParser.Parse("GET", "/api/v1/pods", "").Info!;

    public IReadOnlyList<string> AllowSystemPrincipals { get; init; } = [];

    public Dictionary<string, Dictionary<string, string>> Clusters { get; init; } = [];

    public Dictionary<string, WrittenRole> Roles { get; init; } = [];

    public Dictionary<string, WrittenUser> Users { get; init; } = [];

    public Dictionary<string, WrittenConnector> Connectors { get; init; } = [];

    public Dictionary<string, WrittenLock> Locks { get; init; } = [];

    /// <summary>Long messages, which a case names as <c>$KEY</c>.</summary>
    public Dictionary<string, string> Texts { get; init; } = [];

    public static AccessWorld Parse(string json) => JsonSerializer.Deserialize<AccessWorld>(json, Options)!;

    /// <param name="person"><c>CN</c>, <c>CN/O=one/O=two/OU=three</c>.</param>
    public static ClientIdentity Identity(string person)
    {
        var parts = person.Split('/');
        return new(parts[0], Attribute("O="), Attribute("OU="), "01", person, DateTimeOffset.MaxValue);

        EquatableList<string> Attribute(string prefix) =>
            [.. parts.Skip(1).Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p[prefix.Length..])];
    }

    /// <param name="asks"><c>user=U;group=G;header=H</c>, any number of each; <c>-</c> for nothing.</param>
    public static ImpersonationRequest Impersonation(string asks)
    {
        var parts = (asks == "-" ? "" : asks).Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToLookup(p => p[0], p => p[1]);
        return new([.. parts["user"]], [.. parts["group"]], [.. parts["header"]]);
    }

    public AccessPolicy Policy() => new(
        Roles.ToDictionary(r => r.Key, r => r.Value.ToRole(r.Key)),
        Users.ToDictionary(u => u.Key, u => u.Value.ToUser(u.Key)),
        Connectors.Select(c => c.Value.ToConnector(c.Key)),
        Locks.Select(l => l.Value.ToLock(l.Key)),
        AllowSystemPrincipals);

    public AccessQuestion Question(string person, string cluster, string asks) =>
        new(Identity(person), cluster, Clusters.TryGetValue(cluster, out var labels) ? LabelSet.From(labels) : null, Request, Impersonation(asks));

    private static Origin At(string kind, string name) => new($"{kind}/{name}.yaml", 1, "0123456789abcdef");

    internal sealed record WrittenConditions
    {
        public Dictionary<string, string[]> Labels { get; init; } = [];

        public string[] Groups { get; init; } = [];

        public string[] Users { get; init; } = [];

        public RoleConditions ToConditions(string role, int version, bool isAllow) => new(
            EquatableMap<EquatableList<string>>.From(Labels.Select(l => KeyValuePair.Create(l.Key, l.Value.ToEquatableList()))),
            [.. Groups],
            [.. Users],
            At("roles", role))
        {
            // What a manifest fills in. A table that is about objects has manifests instead.
            KubernetesResources = isAllow ? KubernetesResource.DefaultsOf(version == 6 ? 5 : version, At("roles", role)) : [],
        };
    }

    internal sealed record WrittenRole
    {
        public int Version { get; init; } = 7;

        public WrittenConditions Allow { get; init; } = new();

        public WrittenConditions Deny { get; init; } = new();

        public DateTimeOffset? Expires { get; init; }

        public Role ToRole(string name) =>
            new(name, Version, Allow.ToConditions(name, Version, isAllow: true), Deny.ToConditions(name, Version, isAllow: false), At("roles", name)) { Expires = Expires };
    }

    internal sealed record WrittenUser
    {
        public string[] Roles { get; init; } = [];

        public Dictionary<string, string[]> Traits { get; init; } = [];

        public DateTimeOffset? Expires { get; init; }

        public User ToUser(string name) => new(
            name,
            [.. Roles],
            EquatableMap<EquatableList<string>>.From(Traits.Select(t => KeyValuePair.Create(t.Key, t.Value.ToEquatableList()))),
            At("users", name))
        {
            Expires = Expires,
        };
    }

    internal sealed record WrittenMapping(string Name, string Value, string[] Roles);

    internal sealed record WrittenConnector
    {
        public WrittenMapping[] AttributesToRoles { get; init; } = [];

        public DateTimeOffset? Expires { get; init; }

        public MtlsConnector ToConnector(string name) => new(
            name, [.. AttributesToRoles.Select(m => new AttributeMapping(m.Name, m.Value, [.. m.Roles], At("mtls", name)))], At("mtls", name))
        {
            Expires = Expires,
        };
    }

    internal sealed record WrittenLock
    {
        public string? User { get; init; }

        public string? Role { get; init; }

        public string? KubeCluster { get; init; }

        public string Message { get; init; } = "";

        public DateTimeOffset? Expires { get; init; }

        public Lock ToLock(string name) => new(name, new(User, Role, KubeCluster), Message, At("locks", name)) { Expires = Expires };
    }
}
