using Tidegate.Labels;

namespace Tidegate.Resources;

/// <summary>
/// Whether a rule concerns one object. Source: Teleport, <c>lib/utils/replace.go KubeResourceMatchesRegex</c> (v18): somebody who has something in a namespace
/// may see that namespace; otherwise kind, group, name and namespace must all match, and an object of the whole cluster has the namespace "".
/// </summary>
internal static class RuleMatching
{
    private const string Namespaces = "namespaces";
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
            return rule.IsAbout(apiGroup, kind) && rule.Name.IsMatch(name) && AllowsIn(rule, ns);
        }

        return ((verb & Looking) != 0 && ShowsNamespaces(rule) && rule.Namespace.IsMatch(name)) || IsAboutNamespace(rule, name);
    }

    /// <summary>Whether a deny rule denies it.</summary>
    public static bool Denies(ResourceRule rule, ResourceVerbs verb, string apiGroup, string kind, string ns, string name) =>
        rule.Verbs.HasFlag(verb)
        && (IsNamespaces(apiGroup, kind) ? IsAboutNamespace(rule, name) : rule.IsAbout(apiGroup, kind) && rule.Name.IsMatch(name) && rule.Namespace.IsMatch(ns));

    /// <summary>
    /// Whether an allow rule is about this namespace; an expression that matches the empty text is still none over the whole cluster. A deny rule with one is, since
    /// it must not deny less than it seems to.
    /// </summary>
    public static bool AllowsIn(ResourceRule rule, string ns) =>
        ns.Length == 0 ? rule.Namespace.MatchesAll || rule.Namespace.Literal == "" : rule.Namespace.IsMatch(ns);

    /// <summary>Whether it shows the namespaces that it is about; one over namespaces themselves goes by their names only.</summary>
    public static bool ShowsNamespaces(ResourceRule rule) => rule.Kind != Namespaces;

    private static bool IsNamespaces(string apiGroup, string kind) => kind == Namespaces && apiGroup.Length == 0;

    /// <summary>What a rule says of the namespace itself: a rule over everything in some namespaces is also one over those.</summary>
    public static LabelPattern PatternOfNamespace(ResourceRule rule) =>
        rule.Kind == ResourceRule.Any && !rule.Namespace.MatchesAll && rule.Namespace.Literal != "" ? rule.Namespace : rule.Name;

    private static bool IsAboutNamespace(ResourceRule rule, string name) => rule.IsAbout("", Namespaces) && PatternOfNamespace(rule).IsMatch(name);
}
