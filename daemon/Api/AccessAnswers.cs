using Tidegate.Access;
using Tidegate.Comparison;
using Tidegate.Explain;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Registry;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Api;

/// <summary>Answers questions about access, and turns what was found out into what goes over the wire.</summary>
internal static class AccessAnswers
{
    /// <param name="policy">Whose rules are asked.</param>
    /// <param name="snapshot">The state in force, for what its clusters say of their kinds.</param>
    /// <param name="hides">Whether the person asks, who must not learn of clusters that no role of theirs is for.</param>
    public static ExplainView Explain(
        StatePolicy policy, RegistrySnapshot snapshot, ClientIdentity identity, AccessRequest asked, bool hides, DateTimeOffset now)
    {
        IEnumerable<string> names = asked.Cluster is { } one ? [one] : policy.Clusters.Keys.Where(c => !hides || MayKnow(policy, identity, c, now)).Order(StringComparer.Ordinal);
        var items = names.Select(name =>
        {
            var isKnown = policy.Clusters.TryGetValue(name, out var labels) && (!hides || MayKnow(policy, identity, name, now));
            var (request, scope) = RequestOf(asked.Action!, isKnown ? snapshot.Clusters.GetValueOrDefault(name) : null);
            var question = new AccessQuestion(identity, name, isKnown ? labels : null, request, ImpersonationRequest.None) { Scope = scope };
            return Of(AccessExplainer.Explain(policy.Policy, question, now));
        });
        return new(identity.User, RevisionOf(policy), [.. items]);
    }

    public static AccessListView List(StatePolicy policy, ClientIdentity identity, string? cluster, DateTimeOffset now) => new(
        identity.User,
        RevisionOf(policy),
        [.. AccessListing.Of(policy, identity, cluster, now).Select(l =>
            new ClusterAccessView(l.Cluster, l.Users, l.Groups, l.Roles, [.. l.Allow.Select(Of)], [.. l.Deny.Select(Of)]))]);

    public static IReadOnlyList<AccessChangeView> Changes(AccessComparison comparison) =>
    [
        .. comparison.Differences.Select(d => new AccessChangeView(
            Word(d.What.Change),
            d.Persons,
            d.Clusters,
            VerbNames.Of(d.What.Verbs),
            d.What.Objects.ApiGroup,
            d.What.Objects.Kind,
            d.What.Objects.Except,
            d.What.Objects.Namespace,
            d.What.Objects.Name,
            d.What.HasExceptions,
            d.What.Objects.Example,
            d.What.By.Role,
            d.What.By.Rule)
        {
            Denied = d.What.Denied is { } denied ? $"{denied.Role} ({denied.Rule})" : null,
        }),
    ];

    public static IReadOnlyList<PrincipalChangeView> Principals(AccessComparison comparison) =>
        [.. comparison.Principals.Select(d => new PrincipalChangeView(Word(d.What.Change), d.Persons, d.Clusters, d.What.Users, d.What.Groups))];

    public static IReadOnlyList<InexactView>? Inexact(AccessComparison comparison) =>
        comparison.Inexact.Count == 0 ? null : [.. comparison.Inexact.Select(d => new InexactView(d.Persons, d.Clusters, d.What.Patterns))];

    private static bool MayKnow(StatePolicy policy, ClientIdentity identity, string cluster, DateTimeOffset now) =>
        policy.Clusters.TryGetValue(cluster, out var labels) && policy.Policy.MayKnow(identity, cluster, labels, now);

    private static (RequestInfo Request, KindScope Scope) RequestOf(ActionRequest action, RegisteredCluster? cluster)
    {
        var kinds = cluster?.Schema.Current;
        var named = ResourceName.Parse(action.Resource, kinds is null ? BuiltInKinds.All : kinds.All.Select(k => (k.Group, k.Plural, k.Scope)));
        var (verb, subresource) = (action.Verb, named.Subresource) switch
        {
            ("exec", "") => ("create", "exec"),
            ("portforward" or "port-forward", "") => ("create", "portforward"),
            var (other, given) => (other, given),
        };
        return (new()
        {
            Verb = verb,
            IsResourceRequest = true,
            Path = "",
            ApiGroup = named.ApiGroup,
            Namespace = named.Scope == KindScope.Cluster ? "" : action.Namespace ?? "",
            Resource = named.Plural,
            Subresource = subresource,
            Name = action.Name ?? "",
        }, named.Scope);
    }

    private static ExplanationView Of(AccessExplanation explanation) => new(
        explanation.Cluster,
        explanation.Outcome,
        explanation.Reason,
        explanation.Role,
        explanation.Rule?.Rule,
        Commit(explanation.Rule),
        [.. explanation.Considered.Select(c => new RoleView(c.Role, c.Says))])
    {
        KubernetesUser = explanation.Principal?.User,
        KubernetesGroups = explanation.Principal?.Groups,
        Shown = explanation.Shown.Count == 0 ? null : [.. explanation.Shown.Select(Of)],
        Withheld = explanation.Withheld.Count == 0 ? null : [.. explanation.Withheld.Select(Of)],
    };

    private static RuleView Of(ResourceRule rule) => new(
        rule.Kind, rule.ApiGroup.Text, rule.Namespace.Text, rule.Name.Text, VerbNames.Of(rule.Verbs), rule.Role, rule.Origin.Rule, Commit(rule.Origin));

    private static string? Commit(Origin? origin) => origin is { Revision.Length: > 0 } ? origin.Revision : null;

    private static RevisionView? RevisionOf(StatePolicy policy) => policy.State.Revision is { } revision ? Views.Of(revision) : null;

    private static string Word(AccessChange change) => change == AccessChange.Gained ? "gained" : "lost";
}
