using System.Globalization;
using Tidegate.Resources;
using Tidegate.Values;

namespace Tidegate.Comparison;

/// <summary>
/// Numbers for rules and for lists of rules that are equal by value, so that what many persons have in common is compared once. A list is a set here: what it
/// decides depends neither on its order nor on what stands there twice.
/// </summary>
internal sealed class RuleIds
{
    private readonly Dictionary<string, int> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceRule, RuleId> rules = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<IReadOnlyList<ResourceRule>, RuleId> lists = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<EquatableList<int>, RuleId> sequences = [];
    private readonly Dictionary<EquatableList<int>, int> sets = [];

    public RuleId Of(IReadOnlyList<ResourceRule> list)
    {
        if (!lists.TryGetValue(list, out var id))
        {
            lists[list] = id = OfMembers(list);
        }

        return id;
    }

    /// <summary>All that a rule is, as one text.</summary>
    public static string TextOf(ResourceRule rule) =>
        $"{rule.Role}\0{rule.Origin.File}\0{rule.Origin.Line.ToString("D8", CultureInfo.InvariantCulture)}\0{EffectOf(rule)}";

    private static string EffectOf(ResourceRule rule) => $"{rule.Kind}\0{rule.ApiGroup}\0{rule.Namespace}\0{rule.Name}\0{(int)rule.Verbs}";

    private RuleId OfMembers(IReadOnlyList<ResourceRule> list)
    {
        var members = list.Select(r => Of(r).Written).ToEquatableList();
        if (!sequences.TryGetValue(members, out var id))
        {
            sequences[members] = id = new(Of(list.Select(r => Of(r).Effect)), Of(members));
        }

        return id;
    }

    private RuleId Of(ResourceRule rule)
    {
        if (!rules.TryGetValue(rule, out var id))
        {
            rules[rule] = id = new(Of(EffectOf(rule)), Of(TextOf(rule)));
        }

        return id;
    }

    private int Of(string text)
    {
        if (!texts.TryGetValue(text, out var id))
        {
            texts[text] = id = texts.Count;
        }

        return id;
    }

    private int Of(IEnumerable<int> members)
    {
        var set = members.Distinct().Order().ToEquatableList();
        if (!sets.TryGetValue(set, out var id))
        {
            sets[set] = id = sets.Count;
        }

        return id;
    }
}

/// <param name="Effect">Equal for what decides alike because it is written alike.</param>
/// <param name="Written">Equal when the roles and places are equal too.</param>
internal readonly record struct RuleId(int Effect, int Written);
