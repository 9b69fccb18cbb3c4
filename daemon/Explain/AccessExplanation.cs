using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Explain;

/// <summary>Why somebody may or may not do something on one cluster.</summary>
/// <param name="Outcome"><c>allowed</c>, <c>partly</c> (a collection of which some objects are shown) or <c>denied</c>.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Rule">Where the deciding entry stands; null when none did.</param>
/// <param name="Principal">As whom the request would be made; null when it would not.</param>
/// <param name="Shown">Of a collection that is shown in part: the rules that show some of it.</param>
/// <param name="Withheld">The rules that withhold some of it again.</param>
/// <param name="Considered">Each role of the person, and what it says.</param>
internal sealed record AccessExplanation(
    string Cluster,
    string Outcome,
    string Reason,
    string? Role,
    Origin? Rule,
    Principal? Principal,
    IReadOnlyList<ResourceRule> Shown,
    IReadOnlyList<ResourceRule> Withheld,
    IReadOnlyList<ConsideredRole> Considered);

/// <summary>What one role says of a question.</summary>
internal sealed record ConsideredRole(string Role, string Says);

/// <summary>Explains decisions: asks the very rules that decide requests.</summary>
internal static class AccessExplainer
{
    /// <param name="question">What is asked; its labels are null where the cluster is not registered.</param>
    public static AccessExplanation Explain(AccessPolicy policy, in AccessQuestion question, DateTimeOffset now)
    {
        var decision = policy.Review(question, now);
        var allowed = decision as AccessAllowed;
        var (shown, withheld) = Parts(policy, question, allowed, now);
        return new(
            question.Cluster,
            allowed is null ? "denied" : allowed.Filter is null ? "allowed" : "partly",
            decision.Explanation,
            decision.Role,
            decision.Rule,
            allowed?.Principal,
            shown,
            withheld,
            Considered(policy, question, now));
    }

    private static (IReadOnlyList<ResourceRule> Shown, IReadOnlyList<ResourceRule> Withheld) Parts(
        AccessPolicy policy, in AccessQuestion question, AccessAllowed? allowed, DateTimeOffset now)
    {
        if (allowed?.Filter is null || policy.AccessOn(question.Identity, question.Cluster, question.Labels!, now) is not { } access)
        {
            return ([], []);
        }

        var verdict = access.Rules.DecideCollection(RequestActions.Of(question.Request, question.Scope)[0]);
        return ([.. verdict.Roles.SelectMany(r => r.Rules)], verdict.Deny);
    }

    private static IReadOnlyList<ConsideredRole> Considered(AccessPolicy policy, in AccessQuestion question, DateTimeOffset now)
    {
        var considered = new List<ConsideredRole>();
        var actions = question.Request.IsResourceRequest ? RequestActions.Of(question.Request, question.Scope) : [];
        foreach (var role in policy.RolesOf(question.Identity, now))
        {
            considered.Add(new(role.Role.Name, Says(role, question, actions)));
        }

        return considered;
    }

    private static string Says(PersonRole role, in AccessQuestion question, IReadOnlyList<ResourceAction> actions)
    {
        if (question.Labels is not { } labels)
        {
            return "the cluster is not registered";
        }

        if (role.Deny.Error is not null || role.Deny.Selector?.Matches(labels) == true)
        {
            return "denies the cluster by its labels";
        }

        var rules = new ResourceRules([role.Allow.Resources], role.Deny.Resources);
        var denying = actions.Select(a => Denying(rules, a)).FirstOrDefault(r => r is not null);
        if (denying is not null)
        {
            return $"denies it ({denying.Origin.Rule})";
        }

        if (role.Allow.Selector?.Matches(labels) != true)
        {
            return "its labels do not match the cluster";
        }

        if (rules.RestrictsNothing)
        {
            return $"allows everything ({role.Allow.Resources.First(r => r.CoversAll).Origin.Rule})";
        }

        if (actions.Count == 0)
        {
            return $"lets the person in ({role.Allow.Origin.Rule})";
        }

        if (SelfReviews.Is(question.Request))
        {
            return "allows it, as everybody who may enter may ask about themselves";
        }

        if (question.Scope == KindScope.Unknown)
        {
            return "reaches known kinds only, and the cluster has none of that name";
        }

        var allowing = actions.Select(a => Allowing(rules, a)).ToList();
        return allowing.Contains(null) ? "has no entry for it in kubernetes_resources" : $"allows it ({allowing[0]!.Origin.Rule})";
    }

    private static ResourceRule? Denying(ResourceRules rules, ResourceAction action) =>
        IsAboutMany(action)
            ? rules.DecideCollection(action) is { Roles.Count: 0, Rule: { } all } && rules.Deny.Contains(all) ? all : null
            : rules.DecideObject(action) is { Roles.Count: 0, Rule: { } one } ? one : null;

    private static ResourceRule? Allowing(ResourceRules rules, ResourceAction action)
    {
        if (IsAboutMany(action))
        {
            return rules.DecideCollection(action) is { Roles.Count: > 0 } some ? some.Rule : null;
        }

        return rules.DecideObject(action) is { Roles.Count: > 0 } one ? one.Rule : null;
    }

    private static bool IsAboutMany(ResourceAction action) =>
        !action.IsAboutAll && (action.IsCollection || action.Name is null || (action.Scope == KindScope.Namespaced && action.Namespace.Length == 0));
}
