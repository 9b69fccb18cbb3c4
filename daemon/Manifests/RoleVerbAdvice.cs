using Tidegate.Labels;
using Tidegate.Patterns;
using Tidegate.Resources;

namespace Tidegate.Manifests;

/// <summary>
/// Warns of verbs that no client can use alone: kubectl's exec, attach, cp and port-forward get the pod first, and a watch begins with a list. Another entry of
/// the role that gives the missing verb on some of the same objects is enough.
/// </summary>
internal sealed class RoleVerbAdvice(PatternLanguage language)
{
    /// <summary>Pairs of patterns that are worked out for one role; beyond, they are taken to meet. Each costs up to a millisecond.</summary>
    private const int MostPairs = 100;

    private const ResourceVerbs Sessions = ResourceVerbs.Exec | ResourceVerbs.PortForward;

    private const string Elsewhere = "unless another role of the same people gives it";

    private int pairs;

    /// <param name="rulesOf">What an entry comes to.</param>
    public void Give(IReadOnlyList<WrittenEntry> entries, Func<WrittenEntry, IReadOnlyList<ResourceRule>> rulesOf)
    {
        var verbs = entries.Select(e => VerbNames.OfRule(e.Resource.Verbs)).ToList();
        if (!verbs.Exists(v => Lacks(v, Sessions, ResourceVerbs.Get) || Lacks(v, ResourceVerbs.Watch, ResourceVerbs.List)))
        {
            return;
        }

        var rules = entries.Select(rulesOf).ToList();
        var giving = rules.SelectMany(r => r).Where(r => (r.Verbs & (ResourceVerbs.Get | ResourceVerbs.List)) != 0).ToList();
        for (var i = 0; i < entries.Count; i++)
        {
            if (rules[i].FirstOrDefault(r => IsAboutPods(r) && Lacks(r.Verbs, Sessions, ResourceVerbs.Get) && !giving.Exists(o => Gives(o, ResourceVerbs.Get, r, IsAboutPods))) is { } session)
            {
                var names = string.Join(" and ", VerbNames.Of(session.Verbs & Sessions));
                Warn(entries[i], $"{names} on pods without get: kubectl asks for the pod first and is refused; add get to these verbs, {Elsewhere}");
            }

            if (rules[i].Any(r => Lacks(r.Verbs, ResourceVerbs.Watch, ResourceVerbs.List) && !giving.Exists(o => Gives(o, ResourceVerbs.List, r, other => AreOfOneKind(other, r)))))
            {
                Warn(entries[i], $"watch without list: kubectl get --watch, kubectl wait, kubectl rollout status and every controller list first and are refused; add list to these verbs, {Elsewhere}");
            }
        }
    }

    private static void Warn(WrittenEntry entry, string message) => entry.Fields.Problems.Warn(entry.Fields.PlaceOf("verbs"), entry.Fields.PathOf("verbs"), message);

    private static bool Lacks(ResourceVerbs verbs, ResourceVerbs has, ResourceVerbs needs) => (verbs & has) != 0 && !verbs.HasFlag(needs);

    private static bool IsAboutPods(ResourceRule rule) => rule.IsAbout("", "pods");

    private bool AreOfOneKind(ResourceRule one, ResourceRule other) =>
        (one.Kind == other.Kind || one.Kind == ResourceRule.Any || other.Kind == ResourceRule.Any) && Meet(one.ApiGroup, other.ApiGroup);

    private bool Gives(ResourceRule other, ResourceVerbs verb, ResourceRule rule, Func<ResourceRule, bool> isAbout) =>
        other.Verbs.HasFlag(verb) && isAbout(other) && Meet(other.Namespace, rule.Namespace) && Meet(other.Name, rule.Name);

    /// <summary>Whether some text is one of both patterns.</summary>
    private bool Meet(LabelPattern a, LabelPattern b)
    {
        if (a.MatchesAll || b.MatchesAll || a.Text == b.Text)
        {
            return true;
        }

        if (a.Literal is { } text)
        {
            return b.IsMatch(text);
        }

        if (b.Literal is { } other)
        {
            return a.IsMatch(other);
        }

        return ++pairs > MostPairs || language.Partition([a, b]) is not { IsExact: true } partition || partition.Classes.Any(c => c.Matching.Count == 2);
    }
}
