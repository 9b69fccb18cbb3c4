using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>
/// Which verbs a rule is about on one object: the decisions of the gate, for all verbs at once. Source: Teleport,
/// <c>lib/utils/replace.go KubeResourceMatchesRegex</c> (v18).
/// </summary>
internal static class ObjectDecision
{
    /// <summary>The verbs that somebody who has something in a namespace may use on that namespace.</summary>
    public const ResourceVerbs Looking = ResourceVerbs.Get | ResourceVerbs.List | ResourceVerbs.Watch;

    public static bool IsNamespaces(string apiGroup, string kind) => kind == "namespaces" && apiGroup.Length == 0;

    /// <param name="ns">Empty for an object of the whole cluster.</param>
    public static ResourceVerbs Allowed(ResourceRule rule, string apiGroup, string kind, string ns, string name)
    {
        if (!IsNamespaces(apiGroup, kind))
        {
            return IsAboutObject(rule, apiGroup, kind, ns, name) ? rule.Verbs : ResourceVerbs.None;
        }

        return IsAboutNamespace(rule, name) ? rule.Verbs : rule.Namespace.IsMatch(name) ? rule.Verbs & Looking : ResourceVerbs.None;
    }

    /// <param name="ns">Empty for an object of the whole cluster.</param>
    public static ResourceVerbs Denied(ResourceRule rule, string apiGroup, string kind, string ns, string name)
    {
        var isAbout = IsNamespaces(apiGroup, kind) ? IsAboutNamespace(rule, name) : IsAboutObject(rule, apiGroup, kind, ns, name);
        return isAbout ? DeniedVerbs(rule) : ResourceVerbs.None;
    }

    /// <summary>The verbs that a deny rule denies: what may not be deleted may not be deleted with others either.</summary>
    public static ResourceVerbs DeniedVerbs(ResourceRule rule) =>
        rule.Verbs | (rule.Verbs.HasFlag(ResourceVerbs.Delete) ? ResourceVerbs.DeleteCollection : ResourceVerbs.None);

    /// <summary>Whether a rule over namespaces finds the namespace by its <see cref="ResourceRule.Namespace"/>: one over everything in it is also one over it.</summary>
    public static bool IsOverAll(ResourceRule rule) => rule.Kind == ResourceRule.Any && !rule.Namespace.MatchesAll && rule.Namespace.Literal != "";

    private static bool IsAboutObject(ResourceRule rule, string apiGroup, string kind, string ns, string name) =>
        rule.IsAbout(apiGroup, kind) && rule.Namespace.IsMatch(ns) && rule.Name.IsMatch(name);

    private static bool IsAboutNamespace(ResourceRule rule, string name) =>
        rule.IsAbout("", "namespaces") && (IsOverAll(rule) ? rule.Namespace : rule.Name).IsMatch(name);
}
