using Tidegate.Comparison;
using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Tests.Comparison;

/// <summary>
/// Decides about every object of a small world, one verb at a time, and says on which kinds two policies differ. Written from the description of the decision, and
/// knows nothing of what it is compared with.
/// </summary>
internal static class BruteForce
{
    public const string OtherKind = "gizmos";

    private static readonly ResourceVerbs[] Verbs = [.. Enum.GetValues<ResourceVerbs>().Where(v => v is not (ResourceVerbs.None or ResourceVerbs.All))];

    /// <param name="texts">What objects and namespaces may be called; never empty.</param>
    /// <returns>In ordinal order: <c>kind verb gained</c>, with <c>*</c> for a kind that no rule names.</returns>
    public static IReadOnlyList<string> Differences(
        PersonAccess before, PersonAccess after, IEnumerable<string> kinds, IReadOnlyCollection<string> groups, IReadOnlyCollection<string> texts)
    {
        var named = before.Allow.Concat(before.Deny).Concat(after.Allow).Concat(after.Deny).Select(r => r.Kind).ToHashSet();
        var differences = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kind in kinds.Append(OtherKind))
        {
            // A kind that no rule names stands for all such kinds; namespaces can be seen without being named.
            var shown = named.Contains(kind) || kind == "namespaces" ? kind : "*";
            foreach (var group in groups.Where(g => shown != "namespaces" || named.Contains(kind) || g.Length == 0))
            {
                var scope = BuiltInKinds.ScopeOf(group, kind);
                IEnumerable<string> namespaces = [.. scope == KindScope.Namespaced ? Array.Empty<string>() : [""], .. scope == KindScope.Cluster ? [] : texts];
                foreach (var (ns, name) in namespaces.SelectMany(ns => texts.Select(name => (ns, name))))
                {
                    foreach (var verb in Verbs)
                    {
                        var was = IsAllowed(before, verb, group, kind, ns, name);
                        if (was != IsAllowed(after, verb, group, kind, ns, name))
                        {
                            differences.Add($"{shown} {verb} {(was ? "lost" : "gained")}");
                        }
                    }
                }
            }
        }

        return [.. differences];
    }

    /// <summary>What the comparison found, in the same words.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<DecisionDifference> differences) =>
    [.. differences
        .SelectMany(d => Verbs.SelectMany(v => new[] { (d.Kind, Verb: v, Word: "gained", Is: d.Gained.HasFlag(v)), (d.Kind, Verb: v, Word: "lost", Is: d.Lost.HasFlag(v)) }))
        .Where(d => d.Is)
        .Select(d => $"{d.Kind} {d.Verb} {d.Word}")
        .Distinct().Order(StringComparer.Ordinal)];

    public static bool IsAllowed(PersonAccess access, ResourceVerbs verb, string group, string kind, string ns, string name) =>
        access.Allow.Any(r => Allows(r, verb, group, kind, ns, name)) && !access.Deny.Any(r => Denies(r, verb, group, kind, ns, name));

    private static bool Allows(ResourceRule r, ResourceVerbs verb, string group, string kind, string ns, string name)
    {
        if ((r.Verbs & verb) == 0)
        {
            return false;
        }

        var isRead = verb is ResourceVerbs.Get or ResourceVerbs.List or ResourceVerbs.Watch;
        return kind == "namespaces" && group.Length == 0
            ? (isRead && r.Kind != "namespaces" && r.Namespace.IsMatch(name)) || IsNamespace(r, name)
            : IsObject(r, group, kind, ns, name) && (ns.Length > 0 || r.Namespace.Text is "" or "*");
    }

    private static bool Denies(ResourceRule r, ResourceVerbs verb, string group, string kind, string ns, string name)
    {
        var isNamed = (r.Verbs & verb) != 0 || (verb == ResourceVerbs.DeleteCollection && (r.Verbs & ResourceVerbs.Delete) != 0);
        return isNamed && (kind == "namespaces" && group.Length == 0 ? IsNamespace(r, name) : IsObject(r, group, kind, ns, name));
    }

    private static bool IsObject(ResourceRule r, string group, string kind, string ns, string name) =>
        (r.Kind == "*" || r.Kind == kind) && r.ApiGroup.IsMatch(group) && r.Namespace.IsMatch(ns) && r.Name.IsMatch(name);

    private static bool IsNamespace(ResourceRule r, string name) => (r.ApiGroup.IsMatch(""), r.Kind, r.Namespace.Text) switch
    {
        (true, "namespaces", _) or (true, "*", "" or "*") => r.Name.IsMatch(name),
        (true, "*", _) => r.Namespace.IsMatch(name),
        _ => false,
    };
}
