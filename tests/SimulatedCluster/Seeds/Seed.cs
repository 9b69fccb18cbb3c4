using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Seeds;

/// <summary>What a new simulated cluster holds.</summary>
internal static class Seed
{
    public const string GateNamespace = "tidegate";
    public const string GateAccount = "tidegate";

    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] CoreView =
    [
        "configmaps", "endpoints", "events", "limitranges", "namespaces", "persistentvolumeclaims", "pods", "pods/log", "pods/status", "replicationcontrollers",
        "resourcequotas", "serviceaccounts", "services", "services/status",
    ];

    private static readonly string[] CoreEdit =
    [
        "configmaps", "events", "persistentvolumeclaims", "pods", "pods/attach", "pods/ephemeralcontainers", "pods/eviction", "pods/exec", "pods/portforward", "pods/proxy",
        "replicationcontrollers", "secrets", "serviceaccounts", "serviceaccounts/token", "services", "services/proxy",
    ];

    private static readonly string[] Apps =
    [
        "daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets",
        "statefulsets/scale", "statefulsets/status",
    ];

    /// <summary>The other groups that view and edit cover, as far as the two treat them alike.</summary>
    private static readonly (string Group, string[] Resources)[] Others =
    [
        ("autoscaling", ["horizontalpodautoscalers"]),
        ("batch", ["cronjobs", "jobs"]),
        ("networking.k8s.io", ["ingresses", "networkpolicies"]),
        ("policy", ["poddisruptionbudgets"]),
    ];

    public static void Fill(ObjectStore store, Workloads workloads)
    {
        foreach (string ns in (string[])["default", "dev", "prod", "kube-system", GateNamespace])
        {
            EnsureNamespace(store, workloads, ns);
        }

        Put(store, workloads, ResourceTypes.ServiceAccounts, GateNamespace, GateAccount, []);
        Put(store, workloads, ResourceTypes.Nodes, "", "node-0", new() { ["spec"] = new JsonObject(), ["status"] = NodeStatus() });
        Put(store, workloads, ResourceTypes.Pods, "default", "web-0", Pod("web"));
        Put(store, workloads, ResourceTypes.Pods, "default", "web-1", Pod("web"));
        Put(store, workloads, ResourceTypes.Pods, "dev", "api-0", Pod("api"));
        Put(store, workloads, ResourceTypes.ConfigMaps, "default", "settings", new() { ["data"] = new JsonObject { ["mode"] = "demo", ["level"] = "info" } });
        Put(store, workloads, ResourceTypes.Secrets, "default", "credentials", new() { ["type"] = "Opaque", ["data"] = new JsonObject { ["password"] = "c2ltdWxhdGVk" } });
        Put(store, workloads, ResourceTypes.Services, "default", "web", new()
        {
            ["spec"] = new JsonObject { ["selector"] = Labels("app", "web"), ["ports"] = new JsonArray(new JsonObject { ["port"] = 80, ["targetPort"] = 80, ["protocol"] = "TCP" }) },
        });
        Put(store, workloads, ResourceTypes.Deployments, "prod", "shop", Deployment("shop", 2));
        AddRoles(store, workloads);
    }

    public static void EnsureNamespace(ObjectStore store, Workloads workloads, string ns)
    {
        if (store.Find(ResourceTypes.Namespaces, "", ns) is null)
        {
            Put(store, workloads, ResourceTypes.Namespaces, "", ns, new() { ["metadata"] = new JsonObject { ["labels"] = Labels("kubernetes.io/metadata.name", ns) } });
            Put(store, workloads, ResourceTypes.ServiceAccounts, ns, "default", []);
        }
    }

    /// <summary>Adds an object as somebody would write it, of the kind that it names.</summary>
    public static JsonObject Put(ObjectStore store, Workloads workloads, string ns, JsonObject item)
    {
        (string version, string kind) = (item.Text("apiVersion") ?? "", item.Text("kind") ?? "");
        ResourceType type = store.Catalog.FindKind(version, kind) ?? throw ApiException.BadRequest($"no kind {kind} in {version}");
        return Put(store, workloads, type, type.Namespaced ? ns : "", item.Name(), item);
    }

    /// <summary>A one-container pod as somebody would write it.</summary>
    public static JsonObject Pod(string app) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = Labels("app", app) },
        ["spec"] = PodSpec(app),
    };

    public static JsonObject Put(ObjectStore store, Workloads workloads, ResourceType type, string ns, string name, JsonObject body)
    {
        body.Ensure("metadata")["name"] = name;
        workloads.Admit(type, body);
        return workloads.Settle(type, store.Create(type, ns, body, dryRun: false));
    }

    /// <param name="subjectKind">User, Group or ServiceAccount (named <c>namespace:name</c>).</param>
    /// <param name="ns">The namespace of the binding; empty for a cluster-wide one.</param>
    public static JsonObject Binding(string subjectKind, string subject, string clusterRole, string ns)
    {
        JsonObject bound = new() { ["kind"] = subjectKind, ["name"] = subject };
        if (subjectKind == "ServiceAccount")
        {
            string[] parts = subject.Split(':');
            (bound["namespace"], bound["name"]) = (parts[0], parts[1]);
        }
        else
        {
            bound["apiGroup"] = "rbac.authorization.k8s.io";
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{clusterRole}-{subject.Replace(':', '-')}" },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = clusterRole },
            ["subjects"] = new JsonArray(bound),
        };
    }

    private static void AddRoles(ObjectStore store, Workloads workloads)
    {
        JsonObject viewCore = Rule("", CoreView, Read);
        JsonObject viewApps = Rule("apps", Apps, Read);
        JsonObject[] view =
        [
            viewCore, viewApps, Rule("discovery.k8s.io", ["endpointslices"], Read), Rule("metrics.k8s.io", ["pods"], Read), .. Others.Select(o => Rule(o.Group, o.Resources, Read)),
        ];
        JsonObject[] edit = [.. view, Rule("", CoreEdit, [.. Read, .. Write]), Rule("apps", Apps, Write), .. Others.Select(o => Rule(o.Group, o.Resources, Write))];
        Dictionary<string, JsonObject[]> roles = new()
        {
            ["cluster-admin"] = [Rule("*", ["*"], ["*"]), Paths("*", "*")],
            ["admin"] = [.. edit, Rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], ["*"])],
            ["edit"] = edit,
            ["view"] = view,
            ["system:basic-user"] =
            [
                Rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
                Rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
            ],
            ["system:discovery"] = [Paths("get", "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/")],
            ["system:public-info-viewer"] = [Paths("get", "/healthz", "/livez", "/readyz", "/version", "/version/")],
            ["impersonator"] =
            [
                Rule("", ["users", "groups", "serviceaccounts"], ["impersonate"]),
                Rule("authentication.k8s.io", ["*"], ["impersonate"]),
            ],
        };
        foreach ((string name, JsonObject[] rules) in roles)
        {
            Put(store, workloads, ResourceTypes.ClusterRoles, "", name, new() { ["rules"] = new JsonArray([.. rules.Select(r => r.DeepClone())]) });
        }

        foreach ((string kind, string subject, string role, string ns) in Bindings)
        {
            Put(store, workloads, ns.Length == 0 ? ResourceTypes.ClusterRoleBindings : ResourceTypes.RoleBindings, ns, $"{role}-{subject.Replace(':', '-')}", Binding(kind, subject, role, ns));
        }
    }

    private static readonly (string Kind, string Subject, string Role, string Namespace)[] Bindings =
    [
        ("Group", "system:masters", "cluster-admin", ""),
        ("Group", "system:authenticated", "system:basic-user", ""),
        ("Group", "system:authenticated", "system:discovery", ""),
        ("Group", "system:authenticated", "system:public-info-viewer", ""),
        ("Group", "system:unauthenticated", "system:public-info-viewer", ""),
        ("Group", "admin", "admin", ""),
        ("Group", "edit", "edit", ""),
        ("Group", "view", "view", ""),
        ("Group", "kube-admins", "cluster-admin", ""),
        ("Group", "kube-editors", "edit", ""),
        ("Group", "kube-viewers", "view", ""),
        ("Group", "dev", "edit", "dev"),
        ("Group", "prod-view", "view", "prod"),
        ("ServiceAccount", $"{GateNamespace}:{GateAccount}", "impersonator", ""),
    ];

    private static JsonObject Rule(string group, string[] resources, string[] verbs) =>
        new() { ["apiGroups"] = Array(group), ["resources"] = Array(resources), ["verbs"] = Array(verbs) };

    private static JsonObject Paths(string verb, params string[] paths) => new() { ["nonResourceURLs"] = Array(paths), ["verbs"] = Array(verb) };

    private static JsonArray Array(params string[] values) => new([.. values.Select(v => (JsonNode)v)]);

    private static JsonObject Labels(string key, string value) => new() { [key] = value };

    private static JsonObject PodSpec(string app) => new()
    {
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = app,
            ["image"] = $"registry.example.com/{app}:1.0",
            ["ports"] = new JsonArray(new JsonObject { ["containerPort"] = 80, ["protocol"] = "TCP" }),
        }),
    };

    private static JsonObject Deployment(string app, int replicas) => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = Labels("app", app) },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = Labels("app", app) },
            ["template"] = Pod(app),
        },
    };

    private static JsonObject NodeStatus() => new()
    {
        ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "KubeletReady" }),
        ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "192.0.2.10" }),
        ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "v1.35.0-simulated", ["operatingSystem"] = "linux", ["architecture"] = "amd64" },
    };
}
