using Tidegate.Kubernetes;
using Tidegate.Labels;

namespace Tidegate.Resources;

/// <summary>
/// The rules of one person on one cluster: of each role that lets the person in, and what any of the person's roles denies. Deny over allow. Pure: the same
/// answer whatever the order of roles and entries.
/// </summary>
internal sealed class ResourceRules
{
    private readonly ResourceRule[][] allow;
    private readonly ResourceRule[] deny;

    /// <param name="allow">The allow rules of each role, in the order of the roles.</param>
    /// <param name="deny">The deny rules of all roles.</param>
    public ResourceRules(IReadOnlyList<IReadOnlyList<ResourceRule>> allow, IReadOnlyList<ResourceRule> deny)
    {
        this.allow = [.. allow.Select(rules => rules.ToArray())];
        this.deny = [.. deny];
        RestrictsNothing = deny.Count == 0 && allow.All(rules => rules.Any(r => r.CoversAll));
    }

    /// <summary>Whether every role is over everything and nothing is denied: nobody needs to ask.</summary>
    public bool RestrictsNothing { get; }

    public IEnumerable<ResourceRule> Allow => allow.SelectMany(r => r);

    public IReadOnlyList<ResourceRule> Deny => deny;

    /// <summary>Whether a create is decided by the new object's name.</summary>
    public bool DependOnName(ResourceAction action) =>
        allow.Any(rules => Names(rules, action, isDeny: false) is { Count: > 0 } names && !names.Exists(n => n.MatchesAll))
        || Names(Deny, action, isDeny: true).Exists(n => !n.MatchesAll);

    /// <summary>Decides about a single object, or about a name that is not known yet.</summary>
    public ObjectVerdict DecideObject(ResourceAction action)
    {
        if (!HasPlace(action))
        {
            return ObjectVerdict.NotAllowed;
        }

        if (First(deny, action, isDeny: true) is { } denying)
        {
            return new([], denying);
        }

        var roles = new List<int>();
        var first = (ResourceRule?)null;
        for (var i = 0; i < allow.Length; i++)
        {
            if (First(allow[i], action, isDeny: false) is { } allowing)
            {
                roles.Add(i);
                first ??= allowing;
            }
        }

        return new(roles, first);
    }

    /// <summary>
    /// Decides about a collection. A name that a selector asks for decides which rules give something, and never that all of the answer may be shown: whether a server
    /// heeds a selector is its own affair, so that what the answer holds is judged as that of the whole collection.
    /// </summary>
    public CollectionVerdict DecideCollection(ResourceAction action)
    {
        if (action.Scope == KindScope.Unknown || (action.Scope == KindScope.Cluster && action.Namespace.Length > 0))
        {
            return CollectionVerdict.NotAllowed;
        }

        var denying = deny.Where(r => IsDenied(r, action) && MayConcern(r, action, isDeny: true)).ToList();
        if (denying.Find(r => CoversCollection(r, action, isDeny: true)) is { } all)
        {
            return new([], all, []);
        }

        var whole = action.Name is null ? action : action with { Name = null };
        var hiding = ReferenceEquals(whole, action) ? denying : deny.Where(r => IsDenied(r, whole) && MayConcern(r, whole, isDeny: true)).ToList();
        var roles = new List<RoleShare>();
        for (var i = 0; i < allow.Length; i++)
        {
            var rules = allow[i].Where(r => r.Verbs.HasFlag(action.Verb) && MayConcern(r, action, isDeny: false)).ToList();
            if (rules.Count > 0)
            {
                var coversAll = hiding.Count == 0 && rules.Any(r => CoversCollection(r, whole, isDeny: false));
                roles.Add(new(i, rules, coversAll ? null : ObjectFilter.Of(whole, rules, hiding)));
            }
        }

        return new(roles, roles.Count == 0 ? null : roles[0].Rules[0], hiding);
    }

    /// <summary>The first rule that concerns an object. A plain loop: it runs for every request of somebody whose roles restrict.</summary>
    private static ResourceRule? First(ResourceRule[] rules, ResourceAction action, bool isDeny)
    {
        foreach (var rule in rules)
        {
            if (rule.Verbs.HasFlag(action.Verb) && Concerns(rule, action, isDeny))
            {
                return rule;
            }
        }

        return null;
    }

    private static bool IsDenied(ResourceRule rule, ResourceAction action) =>
        rule.Verbs.HasFlag(action.Verb) || (action.Verb == ResourceVerbs.DeleteCollection && rule.Verbs.HasFlag(ResourceVerbs.Delete));

    /// <summary>An object in a namespace needs one, and one of the whole cluster has none: the API server finds nothing at other paths.</summary>
    private static bool HasPlace(ResourceAction action) => action.Scope switch
    {
        KindScope.Cluster => action.Namespace.Length == 0,
        KindScope.Namespaced => action.Namespace.Length > 0 || action.IsAboutAll,
        _ => false,
    };

    private static bool IsInScope(ResourceRule rule, ResourceAction action, bool isDeny) =>
        rule.IsAbout(action.ApiGroup, action.Kind) && (action.IsAboutNamespaces || IsIn(rule, action, isDeny));

    /// <summary>The patterns for names of the rules that an action is in the scope of.</summary>
    private static List<LabelPattern> Names(IEnumerable<ResourceRule> rules, ResourceAction action, bool isDeny) =>
        [.. rules.Where(r => r.Verbs.HasFlag(action.Verb) && IsInScope(r, action, isDeny)).Select(r => NamesOf(r, action))];

    private static LabelPattern NamesOf(ResourceRule rule, ResourceAction action) =>
        action.IsAboutNamespaces ? RuleMatching.PatternOfNamespace(rule) : rule.Name;

    private static bool IsIn(ResourceRule rule, ResourceAction action, bool isDeny) =>
        isDeny ? rule.Namespace.IsMatch(action.Namespace) : RuleMatching.AllowsIn(rule, action.Namespace);

    private static bool Concerns(ResourceRule rule, ResourceAction action, bool isDeny)
    {
        if (action.IsAboutAll)
        {
            return isDeny
                ? rule.IsAbout(action.ApiGroup, action.Kind) && RulePatterns.MayMatchText(rule.Namespace)
                : rule.IsAbout(action.ApiGroup, action.Kind) && RulePatterns.MatchesEveryText(rule.Namespace) && RulePatterns.MatchesEveryText(rule.Name);
        }

        if (action is { Name: null, GeneratedFrom: { Length: > 0 } beginning })
        {
            return IsInScope(rule, action, isDeny)
                && (isDeny
                    ? RulePatterns.MayMatchGenerated(NamesOf(rule, action), beginning)
                    : RulePatterns.CoversGenerated(NamesOf(rule, action), beginning));
        }

        var name = action.Name ?? "";
        return isDeny
            ? RuleMatching.Denies(rule, action.Verb, action.ApiGroup, action.Kind, action.Namespace, name)
            : RuleMatching.Allows(rule, action.Verb, action.ApiGroup, action.Kind, action.Namespace, name);
    }

    /// <summary>Whether some object of the collection may be one of the rule's.</summary>
    private static bool MayConcern(ResourceRule rule, ResourceAction action, bool isDeny)
    {
        if (action.IsAboutNamespaces)
        {
            return action.Name is { } one
                ? isDeny ? IsDeniedNamespace(rule, action, one) : RuleMatching.Allows(rule, action.Verb, "", action.Kind, "", one)
                : rule.IsAbout("", action.Kind) || (!isDeny && ShowsNamespaces(rule, action) && RulePatterns.MayMatchText(rule.Namespace));
        }

        return rule.IsAbout(action.ApiGroup, action.Kind)
            && (action.Name is not { } name || rule.Name.IsMatch(name))
            && (action is { Scope: KindScope.Namespaced, Namespace: "" } ? RulePatterns.MayMatchText(rule.Namespace) : IsIn(rule, action, isDeny));
    }

    private static bool ShowsNamespaces(ResourceRule rule, ResourceAction action) =>
        action.Verb != ResourceVerbs.DeleteCollection && RuleMatching.ShowsNamespaces(rule);

    private static bool IsDeniedNamespace(ResourceRule rule, ResourceAction action, string name) =>
        RuleMatching.Denies(rule, action.Verb, "", action.Kind, "", name)
        || (action.Verb == ResourceVerbs.DeleteCollection && RuleMatching.Denies(rule, ResourceVerbs.Delete, "", action.Kind, "", name));

    /// <summary>Whether every object of the collection is one of the rule's, by the form of its patterns.</summary>
    private static bool CoversCollection(ResourceRule rule, ResourceAction action, bool isDeny)
    {
        if (action.IsAboutNamespaces)
        {
            return action.Name is not null
                || (!isDeny && ShowsNamespaces(rule, action) && RulePatterns.MatchesEveryText(rule.Namespace))
                || (rule.IsAbout("", action.Kind) && RulePatterns.MatchesEveryText(RuleMatching.PatternOfNamespace(rule)));
        }

        return (action.Name is not null || RulePatterns.MatchesEveryText(rule.Name))
            && (action is not { Scope: KindScope.Namespaced, Namespace: "" } || RulePatterns.MatchesEveryText(rule.Namespace));
    }
}

/// <summary>The answer about one object.</summary>
/// <param name="Roles">The numbers of the roles that allow it; none: it is not allowed.</param>
/// <param name="Rule">The first rule that allows it, or the one that denies it; null when no rule concerns it.</param>
internal sealed record ObjectVerdict(IReadOnlyList<int> Roles, ResourceRule? Rule)
{
    public static readonly ObjectVerdict NotAllowed = new([], null);
}

/// <summary>The answer about a collection.</summary>
/// <param name="Roles">What each role that concerns it gives; none: it is not allowed.</param>
/// <param name="Rule">The first rule that allows some of it, or the one that denies all of it; null when no rule concerns it.</param>
/// <param name="Deny">The deny rules that may concern some of it.</param>
internal sealed record CollectionVerdict(IReadOnlyList<RoleShare> Roles, ResourceRule? Rule, IReadOnlyList<ResourceRule> Deny)
{
    public static readonly CollectionVerdict NotAllowed = new([], null, []);
}

/// <summary>What one role gives of a collection.</summary>
/// <param name="Index">The number of the role.</param>
/// <param name="Filter">Which objects; null: all of them.</param>
internal sealed record RoleShare(int Index, IReadOnlyList<ResourceRule> Rules, ObjectFilter? Filter);
