namespace Tidegate.Simulation.Objects;

/// <summary>The built-in resource types; <see cref="ResourceCatalog"/> has what a cluster serves.</summary>
internal static class ResourceTypes
{
    private static readonly string[] ReadWrite = ["get", "patch", "update"];
    private static readonly string[] Connect = ["create", "get"];
    private static readonly string[] Proxy = ["create", "delete", "get", "patch", "update"];

    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", false)
    {
        ShortNames = ["ns"],
        Subresources = [new("finalize", "Namespace", ["update"]), new("status", "Namespace", ReadWrite)],
    };

    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", false)
    {
        ShortNames = ["no"],
        Subresources = [new("proxy", "NodeProxyOptions", Proxy), new("status", "Node", ReadWrite)],
    };

    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod", true)
    {
        ReturnsDeleted = true,
        ShortNames = ["po"],
        Categories = ["all"],
        Subresources =
        [
            new("attach", "PodAttachOptions", Connect),
            new("ephemeralcontainers", "Pod", ReadWrite),
            new("eviction", "Eviction", ["create"], "policy", "v1"),
            new("exec", "PodExecOptions", Connect),
            new("log", "Pod", ["get"]),
            new("portforward", "PodPortForwardOptions", Connect),
            new("proxy", "PodProxyOptions", Proxy),
            new("status", "Pod", ReadWrite),
        ],
    };

    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", true) { ShortNames = ["cm"] };

    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", true);

    public static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", true)
    {
        ReturnsDeleted = true,
        ShortNames = ["sa"],
        Subresources = [new("token", "TokenRequest", ["create"], "authentication.k8s.io", "v1")],
    };

    public static readonly ResourceType Services = new("", "v1", "services", "Service", true)
    {
        CreatesOnUpdate = true,
        ReturnsDeleted = true,
        ShortNames = ["svc"],
        Categories = ["all"],
        Subresources = [new("proxy", "ServiceProxyOptions", Proxy), new("status", "Service", ReadWrite)],
    };

    public static readonly ResourceType Events = new("", "v1", "events", "Event", true) { ShortNames = ["ev"], CreatesOnUpdate = true };

    public static readonly ResourceType EventsOfTheirGroup = new("events.k8s.io", "v1", "events", "Event", true)
    {
        ShortNames = ["ev"],
        CreatesOnUpdate = true,
        StoredForm = EventForm.Stored,
    };

    public static readonly ResourceType CustomResourceDefinitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false)
    {
        ShortNames = ["crd", "crds"],
        Categories = ["api-extensions"],
        Subresources = [new("status", "CustomResourceDefinition", ReadWrite)],
    };

    public static readonly ResourceType PodMetrics = new("metrics.k8s.io", "v1beta1", "pods", "PodMetrics", true) { Singular = "", Verbs = ["get", "list"] };

    public static readonly ResourceType NodeMetrics = new("metrics.k8s.io", "v1beta1", "nodes", "NodeMetrics", false) { Singular = "", Verbs = ["get", "list"] };

    public static readonly ResourceType Deployments = new("apps", "v1", "deployments", "Deployment", true)
    {
        ShortNames = ["deploy"],
        Categories = ["all"],
        Subresources = [new("scale", "Scale", ReadWrite, "autoscaling", "v1"), new("status", "Deployment", ReadWrite)],
    };

    public static readonly ResourceType ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet", true)
    {
        ShortNames = ["rs"],
        Categories = ["all"],
        Subresources = [new("scale", "Scale", ReadWrite, "autoscaling", "v1"), new("status", "ReplicaSet", ReadWrite)],
    };

    public static readonly ResourceType ClusterRoles = Rbac("clusterroles", "ClusterRole", false);

    public static readonly ResourceType ClusterRoleBindings = Rbac("clusterrolebindings", "ClusterRoleBinding", false);

    public static readonly ResourceType Roles = Rbac("roles", "Role", true);

    public static readonly ResourceType RoleBindings = Rbac("rolebindings", "RoleBinding", true);

    public static readonly IReadOnlyList<ResourceType> All =
    [
        Namespaces, Nodes, Pods, ConfigMaps, Secrets, ServiceAccounts, Services, Events,
        Deployments, ReplicaSets, CustomResourceDefinitions, EventsOfTheirGroup,
        Review("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false),
        Review("authentication.k8s.io", "v1beta1", "selfsubjectreviews", "SelfSubjectReview", false),
        Review("authentication.k8s.io", "v1alpha1", "selfsubjectreviews", "SelfSubjectReview", false),
        Review("authorization.k8s.io", "v1", "localsubjectaccessreviews", "LocalSubjectAccessReview", true),
        Review("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", false),
        Review("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", false),
        Review("authorization.k8s.io", "v1", "subjectaccessreviews", "SubjectAccessReview", false),
        ClusterRoles, ClusterRoleBindings, Roles, RoleBindings,
        .. KindTable.Read(),
    ];

    private static ResourceType Rbac(string plural, string kind, bool namespaced) => new("rbac.authorization.k8s.io", "v1", plural, kind, namespaced) { CreatesOnUpdate = true };

    private static ResourceType Review(string group, string version, string plural, string kind, bool namespaced) =>
        new(group, version, plural, kind, namespaced) { IsReview = true, Verbs = ["create"] };
}
