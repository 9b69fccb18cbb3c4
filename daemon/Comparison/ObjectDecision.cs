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
            return rule.IsAbout(apiGroup, kind) && RuleMatching.AllowsIn(rule, ns) && rule.Name.IsMatch(name) ? rule.Verbs : ResourceVerbs.None;
        }

        return IsAboutNamespace(rule, name) ? rule.Verbs : Shows(rule, name) ? rule.Verbs & Looking : ResourceVerbs.None;
    }

    /// <param name="ns">Empty for an object of the whole cluster.</param>
    public static ResourceVerbs Denied(ResourceRule rule, string apiGroup, string kind, string ns, string name)
    {
        var isAbout = IsNamespaces(apiGroup, kind)
            ? IsAboutNamespace(rule, name)
            : rule.IsAbout(apiGroup, kind) && rule.Namespace.IsMatch(ns) && rule.Name.IsMatch(name);
        return isAbout ? DeniedVerbs(rule) : ResourceVerbs.None;
    }

    /// <summary>The verbs that a deny rule denies: what may not be deleted may not be deleted with others either.</summary>
    public static ResourceVerbs DeniedVerbs(ResourceRule rule) =>
        rule.Verbs | (rule.Verbs.HasFlag(ResourceVerbs.Delete) ? ResourceVerbs.DeleteCollection : ResourceVerbs.None);

    /// <summary>Whether an allow rule shows a namespace because it is about something in it.</summary>
    public static bool Shows(ResourceRule rule, string ns) => RuleMatching.ShowsNamespaces(rule) && rule.Namespace.IsMatch(ns);

    private static bool IsAboutNamespace(ResourceRule rule, string name) => rule.IsAbout("", "namespaces") && RuleMatching.PatternOfNamespace(rule).IsMatch(name);
}
