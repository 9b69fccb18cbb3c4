using Tidegate.Access;
using Tidegate.Comparison;
using Tidegate.Explain;
using Tidegate.Identity;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Resources;
using Tidegate.Tests.State;

namespace Tidegate.Tests.Explain;

/// <summary>
/// Tries everything: every person on every cluster with every verb on every object of a world that is made from what the rules name, each as a request that the
/// gate decides, before and after. Says what differs in one line each: person, cluster, kind, API groups, verb, gained or lost.
/// </summary>
/// <remarks>
/// A kind that no rule of a person on a cluster names is <c>*</c>, and API groups that none of those rules tells apart are one.
/// </remarks>
internal sealed class TriedAccess(PlanScene scene)
{
    /// <summary>Kinds that no scene names: one in namespaces, one of the whole cluster, and one that no Kubernetes has.</summary>
    private static readonly string[] UnnamedKinds = ["leases", "csinodes", "gizmos", "namespaces"];

    private static readonly string[] UnnamedGroups = ["", "coordination.k8s.io", "storage.k8s.io", "unknown.example"];

    private static readonly string[] UnnamedTexts = ["a", "q7-x", "kube-system", "Team-A"];

    private static readonly ResourceVerbs[] Verbs = [.. Enum.GetValues<ResourceVerbs>().Where(v => v is not (ResourceVerbs.None or ResourceVerbs.All))];

    private readonly IReadOnlyList<KnownPerson> persons = KnownPersons.Of(scene.Before.State, scene.After.State);

    /// <summary>What trying finds, in ordinal order.</summary>
    public IReadOnlyList<string> Differences()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (person, cluster) in Pairs())
        {
            if (Access(scene.Before, person, cluster) is null && Access(scene.After, person, cluster) is null)
            {
                continue;
            }

            var rules = RulesOf(person, cluster);
            var texts = TextsOf(rules);
            foreach (var kind in rules.Select(r => r.Kind).Where(k => k != ResourceRule.Any).Concat(UnnamedKinds).Distinct())
            {
                foreach (var group in GroupsOf(rules, kind))
                {
                    Try(
                        new(scene.Before, person.Identity, cluster),
                        new(scene.After, person.Identity, cluster),
                        new(group, kind, texts),
                        $"{person.Title} on {cluster}: {Key(rules, group, kind)}",
                        lines);
                }
            }
        }

        return [.. lines];
    }

    /// <summary>What a comparison found, in the same words.</summary>
    public IReadOnlyList<string> Of(AccessComparison comparison)
    {
        var byTitle = persons.ToDictionary(p => p.Title);
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var decision in comparison.Decisions)
        {
            foreach (var (title, cluster) in decision.Persons.SelectMany(p => decision.Clusters.Select(c => (p, c))))
            {
                var key = Key(RulesOf(byTitle[title], cluster), decision.What.ExampleGroup, decision.What.Kind);
                Add(lines, $"{title} on {cluster}: {key}", decision.What.Gained, "gained");
                Add(lines, $"{title} on {cluster}: {key}", decision.What.Lost, "lost");
            }
        }

        return [.. lines];
    }

    /// <summary>Whether trying a line's example with each of its verbs finds what the line says.</summary>
    public bool Holds(AccessDifference line, string title, string cluster)
    {
        var person = persons.Single(p => p.Title == title);
        var rules = RulesOf(person, cluster);
        var (ns, name) = line.Objects.Example.Split('/') is [var place, var inside] ? (place, inside) : ("", line.Objects.Example);
        var (before, after) = (new Side(scene.Before, person.Identity, cluster), new Side(scene.After, person.Identity, cluster));
        return (line.Objects.Kind == ResourceRule.Any ? UnnamedKinds : [line.Objects.Kind]).Any(kind => GroupsOf(rules, kind).Any(group =>
        {
            var one = new Kind(group, kind, [name]);
            return one.Scopes.Where(s => s == KindScope.Namespaced == ns.Length > 0).Any(scope => Verbs.Where(v => line.Verbs.HasFlag(v)).All(verb =>
                (before.Shown(one, scope, ns, verb).Count > 0) == (line.Change == AccessChange.Lost)
                && (after.Shown(one, scope, ns, verb).Count > 0) == (line.Change == AccessChange.Gained)));
        }));
    }

    private static void Try(Side before, Side after, Kind kind, string title, SortedSet<string> lines)
    {
        var (gained, lost) = (ResourceVerbs.None, ResourceVerbs.None);
        foreach (var scope in kind.Scopes)
        {
            foreach (var ns in scope == KindScope.Cluster ? [""] : kind.Texts)
            {
                foreach (var verb in Verbs)
                {
                    var (was, now) = (before.Shown(kind, scope, ns, verb), after.Shown(kind, scope, ns, verb));
                    gained |= now.Except(was).Any() ? verb : ResourceVerbs.None;
                    lost |= was.Except(now).Any() ? verb : ResourceVerbs.None;
                }
            }
        }

        Add(lines, title, gained, "gained");
        Add(lines, title, lost, "lost");
    }

    private static void Add(SortedSet<string> lines, string title, ResourceVerbs verbs, string change) =>
        lines.UnionWith(Verbs.Where(v => verbs.HasFlag(v)).Select(v => $"{title} {v} {change}"));

    private IEnumerable<(KnownPerson Person, string Cluster)> Pairs() =>
        persons.SelectMany(p => scene.Before.Clusters.Keys.Union(scene.After.Clusters.Keys).Select(c => (p, c)));

    /// <summary>The rules of roles that let the person act as anybody at all.</summary>
    private List<ResourceRule> RulesOf(KnownPerson person, string cluster) =>
        [.. new[] { scene.Before, scene.After }.Select(p => Access(p, person, cluster)).OfType<ClusterAccess>().SelectMany(a => a.Rules.Allow.Concat(a.Rules.Deny))];

    private static ClusterAccess? Access(StatePolicy policy, KnownPerson person, string cluster) =>
        policy.Clusters.TryGetValue(cluster, out var labels) ? policy.Policy.AccessOn(person.Identity, cluster, labels, StateFixture.Now) : null;

    /// <summary>What stands for a kind in some groups.</summary>
    private static string Key(List<ResourceRule> rules, string group, string kind)
    {
        if (kind == "namespaces" && group.Length == 0)
        {
            return "namespaces of the core group";
        }

        var shown = rules.Exists(r => r.Kind == kind) ? kind : ResourceRule.Any;
        var matching = rules.Where(r => (r.Kind == shown || r.Kind == ResourceRule.Any) && r.ApiGroup.IsMatch(group)).Select(r => $"'{r.ApiGroup}'").Distinct().Order(StringComparer.Ordinal);
        var own = BuiltInKinds.ScopeOf(group, shown) != KindScope.Unknown ? $" with {group}" : "";
        return $"{shown} of {string.Join(" and ", matching)}{own}";
    }

    private static IEnumerable<string> GroupsOf(List<ResourceRule> rules, string kind) =>
        TextsOf(rules.Select(r => r.ApiGroup), UnnamedGroups).Concat(BuiltInKinds.All.Where(k => k.Plural == kind).Select(k => k.ApiGroup)).Distinct();

    private static IReadOnlyList<string> TextsOf(List<ResourceRule> rules) =>
        [.. TextsOf(rules.SelectMany(r => new[] { r.Namespace, r.Name }), UnnamedTexts).Where(t => t.Length > 0)];

    private static IEnumerable<string> TextsOf(IEnumerable<LabelPattern> patterns, IEnumerable<string> more)
    {
        var all = patterns.DistinctBy(p => p.Text).ToList();
        return all.Select(p => p.Literal).OfType<string>().Concat(new PatternLanguage().Partition(all).Classes.Select(c => c.Witness)).Concat(more).Distinct();
    }

    private sealed record Kind(string Group, string Name, IReadOnlyList<string> Texts)
    {
        /// <summary>Of a kind that somebody has added to a cluster the objects may live in either place.</summary>
        public IEnumerable<KindScope> Scopes =>
            BuiltInKinds.ScopeOf(Group, Name) is var known and not KindScope.Unknown ? [known] : [KindScope.Namespaced, KindScope.Cluster];
    }

    /// <summary>One person on one cluster, before or after.</summary>
    private sealed class Side
    {
        private readonly StatePolicy policy;
        private readonly ClientIdentity identity;
        private readonly string cluster;
        private readonly LabelSet? labels;
        private readonly IReadOnlyList<string> users;

        public Side(StatePolicy policy, ClientIdentity identity, string cluster)
        {
            (this.policy, this.identity, this.cluster) = (policy, identity, cluster);
            labels = policy.Clusters.GetValueOrDefault(cluster);
            users = labels is null ? [] : policy.Policy.GrantOn(identity, cluster, labels, StateFixture.Now)?.Users ?? [];
        }

        /// <summary>The names in one namespace on whose objects the verb may be used, as any of the users that the person may choose.</summary>
        public HashSet<string> Shown(Kind kind, KindScope scope, string ns, ResourceVerbs verb)
        {
            var shown = new HashSet<string>(StringComparer.Ordinal);
            foreach (var user in users)
            {
                if (verb is ResourceVerbs.List or ResourceVerbs.Watch or ResourceVerbs.DeleteCollection)
                {
                    if (Decide(kind, scope, ns, "", verb, user) is AccessAllowed collection)
                    {
                        shown.UnionWith(kind.Texts.Where(name => collection.Filter?.Shows(ns, name) ?? true));
                    }
                }
                else
                {
                    shown.UnionWith(kind.Texts.Where(name => Decide(kind, scope, ns, name, verb, user) is AccessAllowed));
                }
            }

            return shown;
        }

        private AccessDecision Decide(Kind kind, KindScope scope, string ns, string name, ResourceVerbs verb, string user)
        {
            var isCreate = verb == ResourceVerbs.Create;
            var request = new RequestInfo
            {
                Verb = verb switch
                {
                    ResourceVerbs.Exec or ResourceVerbs.PortForward => "create",
                    ResourceVerbs.Other => "use",
                    _ => VerbNames.All.Single(v => v.Verb == verb).Name,
                },
                IsResourceRequest = true,
                Path = "",
                ApiGroup = kind.Group,
                Namespace = ns,
                Resource = kind.Name,
                Subresource = verb switch { ResourceVerbs.Exec => "exec", ResourceVerbs.PortForward => "portforward", _ => "" },
                Name = isCreate ? "" : name,
                Body = isCreate ? new NamesInBody(name, "") : null,
            };
            return policy.Policy.Decide(new(identity, cluster, labels, request, new ImpersonationRequest([user], [], [])) { Scope = scope }, StateFixture.Now);
        }
    }
}
