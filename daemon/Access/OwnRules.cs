using Tidegate.Encodings;
using Tidegate.Kubernetes;
using Tidegate.Resources;

namespace Tidegate.Access;

/// <summary>
/// What somebody may do in a namespace through the gate (<c>kubectl auth can-i --list</c>): what the cluster says, as far as the person's own rules allow it too. Kinds that a
/// rule of the cluster names by <c>*</c> are listed one by one.
/// </summary>
internal static class OwnRules
{
    private static readonly string[] StandardVerbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

    // What reaches into pods; a rule over all resources of the cluster covers these too.
    private static readonly string[] PodStreams = ["pods/attach", "pods/exec", "pods/log", "pods/portforward"];

    /// <param name="cluster">The cluster's own answer for the principal.</param>
    /// <param name="ns">The namespace that is asked about.</param>
    /// <param name="kinds">The cluster's kinds.</param>
    public static RulesAnswer Of(RulesAnswer cluster, ResourceRules rules, string ns, IReadOnlyList<(string ApiGroup, string Plural, KindScope Scope)> kinds)
    {
        var found = new List<(string Group, string Resource, string Names, string Verb)>();
        foreach (var permission in cluster.ResourceRules)
        {
            foreach (var (group, resource, scope) in Resources(permission, kinds))
            {
                foreach (var verb in permission.Verbs.Contains("*") ? StandardVerbs : permission.Verbs)
                {
                    if (Names(rules, new(verb, group, resource, ns, scope), permission.ResourceNames) is { } names)
                    {
                        found.Add((group, resource, string.Join('\n', names), verb));
                    }
                }
            }
        }

        var permissions = found.Distinct().GroupBy(f => (f.Group, f.Resource, f.Names)).Select(g => new ResourcePermission(
            [.. g.Select(f => f.Verb)], [g.Key.Group], [g.Key.Resource], g.Key.Names.Length == 0 ? [] : g.Key.Names.Split('\n')));
        return cluster with { ResourceRules = [.. permissions], NonResourceRules = [.. cluster.NonResourceRules.Select(Public).OfType<PathPermission>()] };
    }

    private static IEnumerable<(string Group, string Resource, KindScope Scope)> Resources(
        ResourcePermission permission, IReadOnlyList<(string ApiGroup, string Plural, KindScope Scope)> kinds)
    {
        foreach (var resource in permission.Resources.SelectMany(r => r == "*" ? kinds.Select(k => k.Plural).Distinct().Concat(PodStreams) : [r]))
        {
            var plural = resource.Split('/')[0];
            foreach (var kind in kinds)
            {
                if (kind.Plural == plural && (permission.ApiGroups.Contains("*") || permission.ApiGroups.Contains(kind.ApiGroup)) && (kind.ApiGroup.Length == 0 || !PodStreams.Contains(resource)))
                {
                    yield return (kind.ApiGroup, resource, kind.Scope);
                }
            }
        }
    }

    /// <returns>Null when the person's rules allow none; the names or patterns to which they restrict it; empty when they do not.</returns>
    private static IReadOnlyList<string>? Names(ResourceRules rules, Asked asked, IReadOnlyList<string> given)
    {
        var request = asked.Request();
        if (SelfReviews.Is(request))
        {
            return SelfReviews.DenyingRule(request, rules) is null ? given : null;
        }

        if (given.Count > 0)
        {
            var left = given.Where(n => RequestActions.Of(request with { Name = n }, asked.Scope).All(a => IsAllowed(rules, a))).ToList();
            return left.Count > 0 ? left : null;
        }

        var actions = RequestActions.Of(request, asked.Scope);
        var names = NamesOf(rules, actions[0]);
        if (actions.Count == 1 || names is null)
        {
            return names;
        }

        return actions[1].IsAboutAll ? (IsAllowed(rules, actions[1]) ? names : null)
            : NamesOf(rules, actions[1]) is { } others ? Both(names, others)
            : null;
    }

    private static bool IsAllowed(ResourceRules rules, ResourceAction action) =>
        action.IsAboutAll ? rules.DecideObject(action).Roles.Count > 0 : rules.DecideCollection(action).Roles.Count > 0;

    /// <summary>What two restrictions leave, empty for none: of patterns those that stand in both.</summary>
    private static IReadOnlyList<string>? Both(IReadOnlyList<string> some, IReadOnlyList<string> others)
    {
        if (some.Count == 0 || others.Count == 0)
        {
            return some.Count == 0 ? others : some;
        }

        var both = some.Intersect(others, StringComparer.Ordinal).ToList();
        return both.Count > 0 ? both : null;
    }

    private static IReadOnlyList<string>? NamesOf(ResourceRules rules, ResourceAction action)
    {
        var verdict = rules.DecideCollection(action);
        if (verdict.Roles.Count == 0)
        {
            return null;
        }

        var patterns = verdict.Roles.SelectMany(r => r.Rules).Select(r => r.Name).ToList();
        return patterns.Exists(RulePatterns.MatchesEveryText) ? [] : [.. patterns.Select(p => p.Text).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static PathPermission? Public(PathPermission permission)
    {
        var paths = permission.Paths.Contains("*") ? PublicPaths.Patterns : permission.Paths.Where(p => PublicPaths.Patterns.Contains(p));
        string[] verbs = permission.Verbs.Contains("*") ? ["get", "head"] : [.. permission.Verbs.Where(v => v is "get" or "head")];
        return verbs.Length > 0 && paths.Any() ? new(verbs, [.. paths]) : null;
    }

    private sealed record Asked(string Verb, string Group, string Resource, string Namespace, KindScope Scope)
    {
        public RequestInfo Request() => new()
        {
            Verb = Verb,
            IsResourceRequest = true,
            Path = "",
            ApiGroup = Group,
            Namespace = Scope == KindScope.Namespaced ? Namespace : "",
            Resource = Resource.Split('/')[0],
            Subresource = Resource.Split('/') is [_, var subresource] ? subresource : "",
        };
    }
}
