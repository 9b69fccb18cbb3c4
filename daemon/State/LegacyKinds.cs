using System.Collections.Frozen;

namespace Tidegate.State;

/// <summary>A kind as roles before v8 name it.</summary>
/// <param name="Name">Singular.</param>
/// <param name="Plural">The resource's name in the API.</param>
/// <param name="ApiGroup">Empty for the core group.</param>
/// <param name="IsNamespaced">False for kinds of the whole cluster, whose namespace those versions ignore.</param>
internal sealed record LegacyKind(string Name, string Plural, string ApiGroup, bool IsNamespaced);

/// <summary>The kinds that roles before v8 may name. Source: Teleport, <c>api/types/constants.go</c> (<c>KubernetesResourcesKinds</c>, <c>KubernetesResourcesV7KindGroups</c>).</summary>
internal static class LegacyKinds
{
    public const string Pod = "pod";
    public const string Namespace = "namespace";

    private const string Rbac = "rbac.authorization.k8s.io";

    /// <summary>In the order in which the original lists them.</summary>
    public static readonly IReadOnlyList<LegacyKind> All =
    [
        new(Pod, "pods", "", true),
        new("secret", "secrets", "", true),
        new("configmap", "configmaps", "", true),
        new(Namespace, "namespaces", "", false),
        new("service", "services", "", true),
        new("serviceaccount", "serviceaccounts", "", true),
        new("kube_node", "nodes", "", false),
        new("persistentvolume", "persistentvolumes", "", false),
        new("persistentvolumeclaim", "persistentvolumeclaims", "", true),
        new("deployment", "deployments", "apps", true),
        new("replicaset", "replicasets", "apps", true),
        new("statefulset", "statefulsets", "apps", true),
        new("daemonset", "daemonsets", "apps", true),
        new("clusterrole", "clusterroles", Rbac, false),
        new("kube_role", "roles", Rbac, true),
        new("clusterrolebinding", "clusterrolebindings", Rbac, false),
        new("rolebinding", "rolebindings", Rbac, true),
        new("cronjob", "cronjobs", "batch", true),
        new("job", "jobs", "batch", true),
        new("certificatesigningrequest", "certificatesigningrequests", "certificates.k8s.io", false),
        new("ingress", "ingresses", "networking.k8s.io", true),
    ];

    private static readonly FrozenDictionary<string, LegacyKind> ByName = All.ToFrozenDictionary(k => k.Name, StringComparer.Ordinal);

    public static LegacyKind? Find(string name) => ByName.GetValueOrDefault(name);
}
