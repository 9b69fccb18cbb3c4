using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Resources;

namespace Tidegate.Comparison;

/// <summary>
/// One object of a kind for each combination of namespace and name that some rules can tell apart, and which verbs each rule is about on it. Empty names stand
/// for no object.
/// </summary>
internal sealed class ObjectGrid
{
    private static readonly LabelPattern Nothing = LabelPattern.Compile("", out _)!;

    private readonly Dictionary<ResourceRule, ResourceVerbs[]> allowed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<ResourceRule, ResourceVerbs[]> denied = new(ReferenceEqualityComparer.Instance);

    public ObjectGrid(ObjectKind kind, RuleSet before, RuleSet after, PatternLanguage language, List<PatternPartition> inexact)
    {
        Kind = kind;
        var about = before.All.Concat(after.All).Where(r => r.IsAbout(kind.ApiGroup, kind.Kind)).ToList();
        if (kind.IsNamespaces)
        {
            var patterns = about.Select(r => r.Name).Concat(before.All.Concat(after.All).Select(r => r.Namespace));
            Objects = [.. Texts(patterns).Where(name => name.Length > 0).Select(name => ("", name))];
        }
        else
        {
            var names = Texts(about.Select(r => r.Name)).Where(name => name.Length > 0).ToList();
            Objects = [.. Texts(about.Select(r => r.Namespace)).Where(ns => IsPlace(ns, kind.Scope)).SelectMany(ns => names.Select(name => (ns, name)))];
        }

        Before = Verbs(before);
        After = Verbs(after);

        IEnumerable<string> Texts(IEnumerable<LabelPattern> patterns)
        {
            var partition = language.Partition(patterns.Append(Nothing));
            if (!partition.IsExact)
            {
                inexact.Add(partition);
            }

            return partition.Classes.Select(c => c.Witness);
        }
    }

    public ObjectKind Kind { get; }

    public IReadOnlyList<(string Namespace, string Name)> Objects { get; }

    /// <summary>The verbs that are allowed on each object by the earlier policy.</summary>
    public ResourceVerbs[] Before { get; }

    /// <summary>The verbs that are allowed on each object by the later policy.</summary>
    public ResourceVerbs[] After { get; }

    /// <summary>What an allow rule is about on each object; null when nothing.</summary>
    public ResourceVerbs[]? AllowedBy(ResourceRule rule) => allowed.GetValueOrDefault(rule);

    /// <summary>What a deny rule is about on each object; null when nothing.</summary>
    public ResourceVerbs[]? DeniedBy(ResourceRule rule) => denied.GetValueOrDefault(rule);

    /// <summary>Whether there are objects that a rule is about by its kind.</summary>
    public bool IsReachedBy(ResourceRule rule) =>
        rule.IsAbout(Kind.ApiGroup, Kind.Kind) && Array.Exists(AllowedBy(rule) ?? DeniedBy(rule) ?? [], v => v != ResourceVerbs.None);

    private static bool IsPlace(string ns, KindScope scope) => scope switch
    {
        KindScope.Namespaced => ns.Length > 0,
        KindScope.Cluster => ns.Length == 0,
        _ => true,
    };

    private ResourceVerbs[] Verbs(RuleSet rules)
    {
        var verbs = new ResourceVerbs[Objects.Count];
        Add(rules.Allow, allowed, ObjectDecision.Allowed, (i, more) => verbs[i] |= more);
        Add(rules.Deny, denied, ObjectDecision.Denied, (i, less) => verbs[i] &= ~less);
        return verbs;
    }

    private void Add(
        IReadOnlyList<ResourceRule> rules,
        Dictionary<ResourceRule, ResourceVerbs[]> masks,
        Func<ResourceRule, string, string, string, string, ResourceVerbs> decide,
        Action<int, ResourceVerbs> apply)
    {
        foreach (var rule in rules)
        {
            if (!Kind.IsNamespaces && !rule.IsAbout(Kind.ApiGroup, Kind.Kind))
            {
                continue;
            }

            var mask = new ResourceVerbs[Objects.Count];
            for (var i = 0; i < mask.Length; i++)
            {
                mask[i] = decide(rule, Kind.ApiGroup, Kind.Kind, Objects[i].Namespace, Objects[i].Name);
                apply(i, mask[i]);
            }

            masks[rule] = mask;
        }
    }
}
