using Tidegate.Kubernetes;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Access;

/// <summary>
/// May somebody who may enter a cluster do what this request does there, and as whom. Source: Teleport, <c>lib/kube/proxy/forwarder.go</c> and
/// <c>lib/services/role.go</c>, with these differences: a kind that the cluster does not know is refused to somebody whose roles restrict; so are paths that are no
/// resources, but for those that every user of a cluster may read; and of a collection nobody sees with one role's groups what another role shows.
/// </summary>
internal static class RequestDecision
{
    public static AccessDecision Decide(ClusterAccess access, in AccessQuestion question)
    {
        var (request, asked) = (question.Request, question.Impersonation);
        var whole = access.Whole.Grant!;
        if (access.Rules.RestrictsNothing)
        {
            return ImpersonationChoice.Choose(whole, asked);
        }

        if (!request.IsResourceRequest)
        {
            return PublicPaths.Serves(request)
                ? ImpersonationChoice.Choose(whole, asked)
                : ObjectRefusal.Path(question.Identity.User, request, access);
        }

        if (SelfReviews.Is(request))
        {
            return SelfReviews.DenyingRule(request, access.Rules) is { } denying
                ? ObjectRefusal.ByRule(question.Identity.User, RequestActions.Of(request, KindScope.Cluster)[0], request, denying)
                : ImpersonationChoice.Choose(whole, asked);
        }

        var actions = RequestActions.Of(request, question.Scope);
        if (question.Scope == KindScope.Unknown)
        {
            return ObjectRefusal.UnknownKind(question.Identity.User, actions[0], request);
        }

        return actions[0].IsCollection ? DecideCollection(access, question, actions[0]) : DecideObject(access, question, actions);
    }

    private static AccessDecision DecideObject(ClusterAccess access, in AccessQuestion question, IReadOnlyList<ResourceAction> actions)
    {
        var first = (ObjectVerdict?)null;
        foreach (var action in actions)
        {
            var verdict = access.Rules.DecideObject(action);
            if (verdict.Roles.Count == 0)
            {
                return ObjectRefusal.Of(question.Identity.User, action, question.Request, verdict.Rule, access);
            }

            first ??= verdict;
        }

        return Choose(access.GrantOf(first!.Roles), first.Rule!, question.Impersonation);
    }

    /// <summary>Decides about one object of the collection that a request is about: with the groups of the roles that are about that object.</summary>
    public static AccessDecision DecideMember(ClusterAccess access, in AccessQuestion question, string ns, string name)
    {
        var action = RequestActions.Of(question.Request, question.Scope)[0] with { Namespace = ns, Name = name };
        var verdict = access.Rules.DecideObject(action);
        return verdict.Roles.Count == 0
            ? ObjectRefusal.Of(question.Identity.User, action, question.Request, verdict.Rule, access)
            : Choose(access.GrantOf(verdict.Roles), verdict.Rule!, question.Impersonation);
    }

    private static AccessDecision DecideCollection(ClusterAccess access, in AccessQuestion question, ResourceAction action)
    {
        var verdict = access.Rules.DecideCollection(action);
        if (verdict.Roles.Count == 0)
        {
            return ObjectRefusal.Of(question.Identity.User, action, question.Request, verdict.Rule, access);
        }

        var whole = Choose(access.GrantOf([.. verdict.Roles.Select(r => r.Index)]), verdict.Rule!, question.Impersonation);
        if (whole is not AccessAllowed together)
        {
            return whole;
        }

        var parts = Parts(access, question.Impersonation, verdict);
        return parts.Count switch
        {
            // The choice of the client needs one role's user and another one's group, and no role shows anything to both.
            0 => Choose(access.GrantOf([verdict.Roles[0].Index]), verdict.Rule!, question.Impersonation),
            1 => Explained(parts[0]),
            _ => Explained(together with { Filter = Union(parts), Parts = parts.ToEquatableList() }),
        };
    }

    /// <summary>What the roles give, the roles of one principal together.</summary>
    private static List<AccessAllowed> Parts(ClusterAccess access, ImpersonationRequest asked, CollectionVerdict verdict)
    {
        var parts = new List<AccessAllowed>();
        foreach (var share in verdict.Roles)
        {
            if (Choose(access.GrantOf([share.Index]), share.Rules[0], asked) is not AccessAllowed part)
            {
                continue;
            }

            var same = parts.FindIndex(p => p.Principal == part.Principal);
            if (same < 0)
            {
                parts.Add(part with { Filter = share.Filter });
            }
            else
            {
                parts[same] = parts[same] with { Filter = Union(parts[same].Filter, share.Filter) };
            }
        }

        return parts;
    }

    /// <summary>What any of the parts shows; null: everything.</summary>
    public static ObjectFilter? Union(IReadOnlyList<AccessAllowed> parts) => parts.Skip(1).Aggregate(parts[0].Filter, (all, part) => Union(all, part.Filter));

    private static ObjectFilter? Union(ObjectFilter? a, ObjectFilter? b) => a is null || b is null ? null : a.Or(b);

    private static AccessDecision Choose(ClusterOutcome outcome, ResourceRule rule, ImpersonationRequest asked)
    {
        if (outcome.Grant is not { } grant)
        {
            return outcome.Denied!;
        }

        return ImpersonationChoice.Choose(grant with { Role = rule.Role, Rule = rule.Origin }, asked);
    }

    private static AccessAllowed Explained(AccessAllowed allowed) =>
        allowed.Filter is null ? allowed : allowed with { Explanation = $"{allowed.Explanation}, for the objects that the rules cover" };
}
