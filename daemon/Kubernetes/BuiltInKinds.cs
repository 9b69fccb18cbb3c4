using System.Collections.Frozen;

namespace Tidegate.Kubernetes;

/// <summary>Where the objects of a kind live.</summary>
internal enum KindScope
{
    /// <summary>Nobody has said: the kind is not one of the cluster's, as far as is known.</summary>
    Unknown,

    /// <summary>In namespaces.</summary>
    Namespaced,

    /// <summary>In the cluster itself, such as nodes.</summary>
    Cluster,
}

/// <summary>
/// The kinds that every Kubernetes has, by API group and plural name: for what must be said without a cluster at hand (checks of manifests, explanations of
/// clusters that are not registered). What a request may do is decided by the cluster's own discovery. Source: the API reference of Kubernetes 1.36, and
/// metrics.k8s.io and apiextensions.k8s.io, which nearly every cluster serves.
/// </summary>
internal static class BuiltInKinds
{
    private const string InNamespaces = """
        :bindings configmaps endpoints events limitranges persistentvolumeclaims pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services
        apps:controllerrevisions daemonsets deployments replicasets statefulsets
        authorization.k8s.io:localsubjectaccessreviews
        autoscaling:horizontalpodautoscalers
        batch:cronjobs jobs
        certificates.k8s.io:podcertificaterequests
        coordination.k8s.io:leases leasecandidates
        discovery.k8s.io:endpointslices
        events.k8s.io:events
        metrics.k8s.io:pods
        networking.k8s.io:ingresses networkpolicies
        policy:poddisruptionbudgets
        rbac.authorization.k8s.io:rolebindings roles
        resource.k8s.io:resourceclaims resourceclaimtemplates
        scheduling.k8s.io:workloads
        storage.k8s.io:csistoragecapacities
        """;

    private const string InCluster = """
        :componentstatuses namespaces nodes persistentvolumes
        admissionregistration.k8s.io:mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations validatingadmissionpolicies validatingadmissionpolicybindings validatingwebhookconfigurations
        apiextensions.k8s.io:customresourcedefinitions
        apiregistration.k8s.io:apiservices
        authentication.k8s.io:selfsubjectreviews tokenreviews
        authorization.k8s.io:selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews
        certificates.k8s.io:certificatesigningrequests clustertrustbundles
        flowcontrol.apiserver.k8s.io:flowschemas prioritylevelconfigurations
        internal.apiserver.k8s.io:storageversions
        metrics.k8s.io:nodes
        networking.k8s.io:ingressclasses ipaddresses servicecidrs
        node.k8s.io:runtimeclasses
        rbac.authorization.k8s.io:clusterrolebindings clusterroles
        resource.k8s.io:deviceclasses devicetaintrules resourceslices
        scheduling.k8s.io:priorityclasses
        storage.k8s.io:csidrivers csinodes storageclasses volumeattachments volumeattributesclasses
        storagemigration.k8s.io:storageversionmigrations
        """;

    /// <summary>Source: <c>AllowCreateOnUpdate</c> in <c>k8s.io/kubernetes/pkg/registry/*/*/strategy.go</c>, of any version from 1.16 on.</summary>
    private const string MadeByPut = """
        :endpoints events limitranges services
        coordination.k8s.io:leasecandidates leases
        events.k8s.io:events
        node.k8s.io:runtimeclasses
        rbac.authorization.k8s.io:clusterrolebindings clusterroles rolebindings roles
        """;

    private static readonly FrozenDictionary<(string Group, string Plural), KindScope> Scopes =
        Parse(InNamespaces, KindScope.Namespaced).Concat(Parse(InCluster, KindScope.Cluster)).ToFrozenDictionary();

    private static readonly FrozenSet<(string Group, string Plural)> WithPut = Parse(MadeByPut, KindScope.Unknown).Select(k => k.Key).ToFrozenSet();

    private static readonly FrozenSet<string> Groups = Scopes.Keys.Select(k => k.Group).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>All of them, in no order.</summary>
    public static IEnumerable<(string ApiGroup, string Plural, KindScope Scope)> All => Scopes.Select(k => (k.Key.Group, k.Key.Plural, k.Value));

    /// <param name="apiGroup">Empty for the core group.</param>
    /// <param name="plural">Such as <c>pods</c>.</param>
    public static KindScope ScopeOf(string apiGroup, string plural) => Scopes.GetValueOrDefault((apiGroup, plural));

    /// <summary>
    /// Whether a PUT makes an object that is not there. A kind that is not known in a group of Kubernetes' own may be one of a later version, and is taken for one that does.
    /// Custom resources are never made so; of the kinds of other servers (aggregated APIs) nobody can tell, since discovery shows them as it shows custom ones.
    /// </summary>
    /// <param name="apiGroup">Empty for the core group.</param>
    /// <param name="plural">Such as <c>pods</c>.</param>
    public static bool IsMadeByPut(string apiGroup, string plural) =>
        WithPut.Contains((apiGroup, plural)) || (Groups.Contains(apiGroup) && !Scopes.ContainsKey((apiGroup, plural)));

    private static IEnumerable<KeyValuePair<(string Group, string Plural), KindScope>> Parse(string text, KindScope scope) =>
        from line in text.Split('\n')
        let parts = line.Split(':')
        from plural in parts[1].Split(' ')
        select KeyValuePair.Create((parts[0], plural), scope);
}
