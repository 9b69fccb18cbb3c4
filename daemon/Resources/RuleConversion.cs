using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Resources;

/// <summary>
/// Entries of <c>kubernetes_resources</c> of any role version → rules in the terms of v8, with a person's traits filled in. Source: Teleport,
/// <c>api/types/role.go</c> (<c>convertAllowKubernetesResources…</c>, <c>convertDenyKubernetesResources…</c>) and <c>lib/services/role.go ApplyTraits</c>.
/// </summary>
/// <remarks>
/// A template without a value drops its entry, as in Teleport. A pattern that does not compile with the person's traits allows nothing, and on a deny side
/// denies everything that the rest of the entry is about.
/// </remarks>
internal sealed class RuleConversion
{
    private const string Wildcard = KubernetesResource.Wildcard;

    /// <summary>Any namespace, and not the whole cluster.</summary>
    private const string AnyNamespace = "^.+$";

    private static readonly LabelPattern Everything = LabelPattern.Compile(Wildcard, out _)!;
    private static readonly LabelPattern Nothing = LabelPattern.Compile("", out _)!;

    private readonly Role role;
    private readonly EquatableMap<EquatableList<string>> traits;
    private readonly bool isDeny;
    private readonly List<ResourceRule> rules = [];

    private RuleConversion(Role role, EquatableMap<EquatableList<string>> traits, bool isDeny)
    {
        this.role = role;
        this.traits = traits;
        this.isDeny = isDeny;
    }

    /// <summary>The rules of a role's allow side.</summary>
    public static IReadOnlyList<ResourceRule> Allow(Role role, EquatableMap<EquatableList<string>> traits)
    {
        var conversion = new RuleConversion(role, traits, isDeny: false);
        conversion.AddAllow();
        return conversion.rules;
    }

    /// <summary>The rules of a role's deny side; versions before v7 use those of v7.</summary>
    public static IReadOnlyList<ResourceRule> Deny(Role role, EquatableMap<EquatableList<string>> traits)
    {
        var conversion = new RuleConversion(role, traits, isDeny: true);
        foreach (var resource in role.Deny.KubernetesResources)
        {
            conversion.Add(resource);
        }

        return conversion.rules;
    }

    private void AddAllow()
    {
        var resources = role.Allow.KubernetesResources;
        if (role.Version > 6 || role.Allow.KubernetesLabels.Count == 0)
        {
            foreach (var resource in resources)
            {
                Add(resource);
            }

            return;
        }

        // Before v7 roles know pods only: over all pods they are over everything, over some pods or none they leave all other kinds alone.
        if (resources is [{ Kind: LegacyKinds.Pod, Namespace: Wildcard, Name: Wildcard } all])
        {
            AddRule(Wildcard, Everything, Wildcard, Wildcard, ResourceVerbs.All, all.Origin);
            return;
        }

        foreach (var resource in resources)
        {
            Add(resource);
        }

        foreach (var kind in LegacyKinds.All.Where(k => k.Name is not (LegacyKinds.Pod or LegacyKinds.Namespace)))
        {
            AddRule(kind.Plural, Exactly(kind.ApiGroup), kind.IsNamespaced ? Wildcard : "", Wildcard, ResourceVerbs.All, role.Allow.Origin);
        }
    }

    private void Add(KubernetesResource resource)
    {
        var verbs = VerbNames.OfRule(resource.Verbs.SelectMany(Filled));
        foreach (var ns in Filled(resource.Namespace))
        {
            foreach (var name in Filled(resource.Name))
            {
                if (role.Version >= 8)
                {
                    AddCurrent(resource, ns, name, verbs);
                }
                else
                {
                    AddLegacy(resource, ns, name, verbs);
                }
            }
        }
    }

    private void AddCurrent(KubernetesResource resource, string ns, string name, ResourceVerbs verbs)
    {
        // A rule over nodes is no rule over what is in namespaces, so that it shows no namespace.
        var isOfCluster = ns == Wildcard && Kubernetes.BuiltInKinds.ScopeOf(resource.ApiGroup, resource.Kind) == Kubernetes.KindScope.Cluster;
        AddRule(resource.Kind, Pattern(resource.ApiGroup), isOfCluster ? "" : ns, name, verbs, resource.Origin);
    }

    private void AddLegacy(KubernetesResource resource, string ns, string name, ResourceVerbs verbs)
    {
        if (resource.Kind == Wildcard)
        {
            AddRule(Wildcard, Everything, ns, name, verbs, resource.Origin);
            foreach (var kind in LegacyKinds.All.Where(k => !k.IsNamespaced && k.Name != LegacyKinds.Namespace && ns != Wildcard))
            {
                AddRule(kind.Plural, Exactly(kind.ApiGroup), "", name, verbs, resource.Origin);
            }
        }
        else if (resource.Kind == LegacyKinds.Namespace)
        {
            AddRule(Wildcard, Everything, name == Wildcard ? AnyNamespace : name, Wildcard, verbs, resource.Origin);
            AddRule("namespaces", Exactly(""), "", name, verbs, resource.Origin);
        }
        else if (LegacyKinds.Find(resource.Kind) is { } kind)
        {
            AddRule(kind.Plural, Exactly(kind.ApiGroup), kind.IsNamespaced ? ns : "", name, verbs, resource.Origin);
        }
    }

    private void AddRule(string kind, LabelPattern? group, string ns, string name, ResourceVerbs verbs, Origin origin)
    {
        if (group is not null && Pattern(ns) is { } namespaces && Pattern(name) is { } names)
        {
            rules.Add(new(kind, group, namespaces, names, verbs, role.Name, origin));
        }
    }

    private IReadOnlyList<string> Filled(string text) => TraitTemplate.Parse(text, out _)?.Apply(traits) ?? [];

    /// <returns>Null when it does not compile and so allows nothing.</returns>
    private LabelPattern? Pattern(string text) => text switch
    {
        Wildcard => Everything,
        "" => Nothing,
        _ => LabelPattern.Compile(text, out _) ?? (isDeny ? Everything : null),
    };

    private static LabelPattern Exactly(string text) => text.Length == 0 ? Nothing : LabelPattern.Compile(text, out _)!;
}
