using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Access;

/// <summary>
/// Answers "may I" (<c>kubectl auth can-i</c>) by the rules that decide requests. A question without a name, or about all namespaces, is one about some object: what
/// would be answered with a part is answered with yes, and a rule that denies one object denies no question about all of them.
/// </summary>
internal static class ReviewDecision
{
    private const string Any = "*";

    /// <param name="asked">Its request is what is asked about.</param>
    public static AccessDecision Decide(ClusterAccess access, in AccessQuestion asked)
    {
        // kubectl sends the current namespace with every question, also with one about a kind of the whole cluster, where it means nothing.
        var question = asked.Scope == KindScope.Cluster ? asked with { Request = asked.Request with { Namespace = "" } } : asked;
        var request = question.Request;
        if (!request.IsResourceRequest || access.Rules.RestrictsNothing || SelfReviews.Is(request))
        {
            return RequestDecision.Decide(access, question);
        }

        if (request.Resource == Any || request.ApiGroup == Any)
        {
            var reason = $"only roles over all resources answer a question about all of them, and these are not: {string.Join(", ", access.RoleNames)}";
            return new AccessDenied(reason, 403, reason, null, null);
        }

        var actions = RequestActions.Of(request, question.Scope);
        var isAboutOne = actions[0] is { Name.Length: > 0, Scope: KindScope.Cluster } or { Name.Length: > 0, Namespace.Length: > 0 };
        if (question.Scope == KindScope.Unknown || actions.Any(a => a.IsAboutAll || a.IsCollection) || isAboutOne)
        {
            return RequestDecision.Decide(access, question);
        }

        var verdicts = actions.Select(a => (Action: a, Verdict: access.Rules.DecideCollection(a))).ToList();
        if (verdicts.Find(v => v.Verdict.Roles.Count == 0) is { Action: { } refused } none)
        {
            return ObjectRefusal.Of(question.Identity.User, refused, request, none.Verdict.Rule, access);
        }

        var verdict = verdicts[0].Verdict;
        var outcome = access.GrantOf([.. verdict.Roles.Select(r => r.Index)]);
        return outcome.Grant is { } grant
            ? ImpersonationChoice.Choose(grant with { Role = verdict.Rule!.Role, Rule = verdict.Rule.Origin }, question.Impersonation)
            : outcome.Denied!;
    }
}
