using Tidegate.Labels;

namespace Tidegate.Resources;

/// <summary>
/// Whether a rule concerns one object. Source: Teleport, <c>lib/utils/replace.go KubeResourceMatchesRegex</c> (v18): somebody who has something in a namespace
/// may see that namespace; otherwise kind, group, name and namespace must all match, and an object of the whole cluster has the namespace "".
/// </summary>
internal static class RuleMatching
{
    private const ResourceVerbs Looking = ResourceVerbs.Get | ResourceVerbs.List | ResourceVerbs.Watch;

    /// <summary>Whether an allow rule allows it.</summary>
    public static bool Allows(ResourceRule rule, ResourceVerbs verb, string apiGroup, string kind, string ns, string name)
    {
        if (!rule.Verbs.HasFlag(verb))
        {
            return false;
        }

        if (!IsNamespaces(apiGroup, kind))
        {
            return IsAboutObject(rule, apiGroup, kind, ns, name);
        }

        return ((verb & Looking) != 0 && rule.Namespace.IsMatch(name)) || IsAboutNamespace(rule, name);
    }

    /// <summary>Whether a deny rule denies it.</summary>
    public static bool Denies(ResourceRule rule, ResourceVerbs verb, string apiGroup, string kind, string ns, string name) =>
        rule.Verbs.HasFlag(verb) && (IsNamespaces(apiGroup, kind) ? IsAboutNamespace(rule, name) : IsAboutObject(rule, apiGroup, kind, ns, name));

    private static bool IsNamespaces(string apiGroup, string kind) => kind == "namespaces" && apiGroup.Length == 0;

    private static bool IsAboutObject(ResourceRule rule, string apiGroup, string kind, string ns, string name) =>
        rule.IsAbout(apiGroup, kind) && rule.Name.IsMatch(name) && rule.Namespace.IsMatch(ns);

    /// <summary>What a rule says of the namespace itself: a rule over everything in some namespaces is also one over those.</summary>
    public static LabelPattern PatternOfNamespace(ResourceRule rule) =>
        rule.Kind == ResourceRule.Any && !rule.Namespace.MatchesAll && rule.Namespace.Literal != "" ? rule.Namespace : rule.Name;

    private static bool IsAboutNamespace(ResourceRule rule, string name) => rule.IsAbout("", "namespaces") && PatternOfNamespace(rule).IsMatch(name);
}
