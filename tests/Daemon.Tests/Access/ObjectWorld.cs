using CsCheck;
using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.Access;

/// <summary>
/// Random roles of one person over few kinds, namespaces and names, so that rules meet; and all objects that there are in it. All roles give the same group and no
/// user, so that only what they are over decides.
/// </summary>
internal sealed record ObjectWorld(IReadOnlyList<Role> Roles, EquatableMap<EquatableList<string>> Traits)
{
    public const string Person = "alice";

    public static readonly IReadOnlyList<(string ApiGroup, string Kind)> Kinds =
        [("", "pods"), ("", "secrets"), ("", "nodes"), ("", "namespaces"), ("example.com", "widgets"), ("example.com", "gadgets")];

    public static readonly IReadOnlyList<string> Namespaces = ["dev", "prod"];

    /// <summary>Names of namespaces among them, since those are objects too.</summary>
    public static readonly IReadOnlyList<string> Names = ["web", "web-1", "db", "dev", "prod"];

    private static readonly Gen<string> NamePattern = Gen.OneOf(
        "*", "*", "web", "web*", "^web-[0-9]$", "^.*$", "^.+$", "d*", "dev", "**", "{{external.team}}", "{{external.odd}}", "{{external.missing}}");

    private static readonly Gen<string> NamespacePattern = Gen.OneOf(
        "*", "*", "", "dev", "prod", "d*", "^(dev|prod)$", "^.*$", "^.+$", "{{external.team}}", "{{external.odd}}");

    private static readonly Gen<EquatableList<string>> Verbs = Gen.OneOf(
        Gen.OneOf("*", "*", "get", "list", "watch", "delete", "deletecollection", "create").Select(v => new[] { v }.ToEquatableList()),
        Gen.OneOf("get", "list", "watch", "delete", "deletecollection", "create", "patch", "exec", "portforward", "{{external.verb}}").Array[0, 4]
            .Select(v => v.ToEquatableList()));

    private static readonly Gen<KubernetesResource> CurrentEntry = Gen.Select(
        Gen.OneOf("pods", "pods", "secrets", "nodes", "namespaces", "widgets", "gadgets", "*", "*"),
        Gen.OneOf("", "", "*", "example.com", "*.com"),
        NamespacePattern,
        NamePattern,
        Verbs,
        (kind, group, ns, name, verbs) => new KubernetesResource(kind, group, ns, name, verbs, At(1)));

    private static readonly Gen<KubernetesResource> SevenEntry = Gen.Select(
        Gen.OneOf("pod", "secret", "kube_node", "namespace", "*"), NamespacePattern, NamePattern, Verbs,
        (kind, ns, name, verbs) => new KubernetesResource(kind, "", ns, name, verbs, At(1)));

    private static readonly Gen<KubernetesResource> PodEntry = Gen.Select(
        NamespacePattern, NamePattern, (ns, name) => new KubernetesResource("pod", "", ns, name, ["*"], At(1)));

    public static readonly Gen<Role> Allowing = Gen.OneOf(Sides(8, CurrentEntry), Sides(8, CurrentEntry), Sides(7, SevenEntry), Sides(6, PodEntry))
        .Select(s => RoleOf(s.Version, s.Entries, [], isIn: true));

    public static readonly Gen<Role> Denying = Gen.OneOf(Sides(8, CurrentEntry), Sides(7, SevenEntry), Sides(6, PodEntry))
        .Select(s => RoleOf(s.Version, [], s.Entries, isIn: false));

    private static readonly Gen<EquatableMap<EquatableList<string>>> AnyTraits = Gen.Select(
        Gen.OneOf("dev", "prod", "*", "web", "d*").Array[0, 2], Gen.OneOf("^(broken$", "^d.*$", "web").Array[0, 1], Gen.OneOf("*", "get", "list").Array[0, 1],
        (team, odd, verb) => EquatableMap<EquatableList<string>>.From([new("team", [.. team]), new("odd", [.. odd]), new("verb", [.. verb])]));

    public static readonly Gen<ObjectWorld> Any = Gen.Select(
        Allowing.Array[1, 3],
        Gen.Frequency((1, Gen.Const(Array.Empty<Role>())), (1, Denying.Array[1, 2])),
        AnyTraits,
        (allowing, denying, traits) => new ObjectWorld([.. allowing.Concat(denying).Select((r, i) => Named(r, $"role-{i}"))], traits));

    /// <summary>A resource request that some kind of the world has.</summary>
    public static readonly Gen<string> Request = Gen.Select(
        Gen.OneOf([.. Kinds]),
        Gen.OneOf([.. Namespaces]),
        Gen.OneOf([.. Names]),
        Gen.OneOf("GET", "GET", "PUT", "PATCH", "DELETE", "POST", "OPTIONS"),
        Gen.OneOf("", "", "/status", "/exec", "/log", "/proxy/"),
        (kind, ns, name, method, sub) =>
        {
            // Other words behind a namespace are kinds in it.
            var behind = kind.Kind == "namespaces" && sub.Length > 0 ? "/status" : sub;
            return method == "POST" && behind.Length == 0 ? $"POST {Path(kind, ns)} body={name}" : $"{method} {Path(kind, ns)}/{name}{behind}";
        });

    /// <summary>A collection, in one namespace or all.</summary>
    public static readonly Gen<(ResourceAction Action, string Request)> Collection = Gen.Select(
        Gen.OneOf([.. Kinds]), Gen.OneOf(["", .. Namespaces]), Gen.OneOf(ResourceVerbs.List, ResourceVerbs.Watch, ResourceVerbs.DeleteCollection),
        (kind, ns, verb) =>
        {
            var scope = ObjectTableTests.ScopeOf(kind.ApiGroup, kind.Kind);
            var place = scope == KindScope.Cluster ? "" : ns;
            var (method, query) = verb switch { ResourceVerbs.List => ("GET", ""), ResourceVerbs.Watch => ("GET", "?watch=true"), _ => ("DELETE", "") };
            return (new ResourceAction(verb, kind.ApiGroup, kind.Kind, place, null) { Scope = scope }, $"{method} {Path(kind, place)}{query}");
        });

    /// <summary>The objects of a collection: namespaces are empty for kinds of the whole cluster.</summary>
    public static IEnumerable<(string Namespace, string Name)> ObjectsOf(ResourceAction collection) =>
        from ns in collection.Scope == KindScope.Cluster ? [""] : Namespaces.Where(n => collection.Namespace is "" || collection.Namespace == n)
        from name in Names
        select (ns, name);

    /// <summary>The role with an entry over everything beside its own.</summary>
    public static Role Opened(Role role) => role with
    {
        Version = 8,
        Allow = role.Allow with { KubernetesResources = [.. role.Allow.KubernetesResources, new("*", "*", "*", "*", ["*"], At(1))] },
    };

    public ObjectWorld With(Role role, string name) => this with { Roles = [.. Roles, Named(role, name)] };

    public AccessPolicy Policy() => new(
        Roles.ToDictionary(r => r.Name),
        new Dictionary<string, User> { [Person] = new(Person, [.. Roles.Select(r => r.Name)], Traits, At(1)) },
        [],
        [],
        []);

    public ResourceRules Rules() =>
        Policy().AccessOn(AccessWorld.Identity(Person), ObjectTable.Cluster, ObjectTable.Labels, DateTimeOffset.UnixEpoch).ShouldNotBeNull().Rules;

    /// <param name="request">As in an <see cref="ObjectTable"/>.</param>
    public AccessDecision Decide(string request) => Decide(Policy(), request);

    public static AccessDecision Decide(AccessPolicy policy, string request) =>
        policy.Decide(ObjectCase.OfRequest(Person, request).Question(ObjectTableTests.ScopeOf), DateTimeOffset.UnixEpoch);

    private static string Path((string ApiGroup, string Kind) kind, string ns)
    {
        var root = kind.ApiGroup.Length == 0 ? "/api/v1" : $"/apis/{kind.ApiGroup}/v1";
        return ns.Length == 0 || ObjectTableTests.ScopeOf(kind.ApiGroup, kind.Kind) == KindScope.Cluster ? $"{root}/{kind.Kind}" : $"{root}/namespaces/{ns}/{kind.Kind}";
    }

    private static Gen<(int Version, KubernetesResource[] Entries)> Sides(int version, Gen<KubernetesResource> entry) => entry.Array[1, 3].Select(e => (version, e));

    private static Role RoleOf(int version, KubernetesResource[] allow, KubernetesResource[] deny, bool isIn)
    {
        var labels = isIn ? EquatableMap<EquatableList<string>>.From([new("env", ["dev"])]) : EquatableMap<EquatableList<string>>.Empty;
        return new(
            "unnamed",
            version,
            new RoleConditions(labels, ["group"], [], At(1)) { KubernetesResources = [.. allow] },
            new RoleConditions(EquatableMap<EquatableList<string>>.Empty, [], [], At(1)) { KubernetesResources = [.. deny] },
            At(1));
    }

    private static Role Named(Role role, string name) => role with { Name = name };

    private static Origin At(int line) => new("roles.yaml", line, ObjectTable.Revision);
}
