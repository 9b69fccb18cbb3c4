using CsCheck;
using Tidegate.Comparison;
using Tidegate.Resources;

namespace Tidegate.Tests.Comparison;

/// <summary>The comparison against a look at every object of a small world.</summary>
public sealed class AccessComparerPropertyTests
{
    private static readonly string[] Kinds = ["pods", "nodes", "deployments", "widgets", "namespaces"];

    private static readonly string[] Groups = ["", "apps", "x.io", "y.io", "z"];

    /// <summary>One text at least for each combination of the patterns below.</summary>
    private static readonly string[] Texts = ["a", "b", "c", "A", "aa", "ab", "ac", "ba", "bb", "bc", "cb", "acb", "bcb"];

    private static readonly Gen<string> Pattern = Gen.OneOf("*", "*", "", "a", "b", "ab", "a*", "*b", "^a.*$", "^(a|b)$", "^[^a].*$", "^.+$", "^(?i)A$");

    private static readonly Gen<string> Group = Gen.OneOf("", "apps", "*", "*.io", "x.io", "^(apps|x\\.io)$", "^.*$");

    private static readonly Gen<ResourceVerbs> VerbSet = Gen.Frequency(
        (1, Gen.Const(ResourceVerbs.All)), (1, Gen.Const(ResourceVerbs.All & ~ResourceVerbs.Other)), (3, Gen.Int[0, (int)ResourceVerbs.All].Select(v => (ResourceVerbs)v)));

    private static readonly Gen<ResourceRule> Rule = Gen.Select(
        Gen.OneOf("pods", "nodes", "deployments", "widgets", "namespaces", "*", "*"), Group, Pattern, Pattern, VerbSet, Gen.Int[1, 9], (kind, group, ns, name, verbs, line) =>
            WrittenRules.Rule(kind, group, ns, name, verbs, $"r{line % 3}", line));

    private static readonly Gen<PersonAccess> Access = Gen.Select(Rule.Array[0, 3], Rule.Array[0, 1], (allow, deny) => new PersonAccess("alice", "c1", ["alice"], [], allow, deny));

    [Fact]
    public void Finds_what_a_look_at_every_object_finds() =>
        Gen.Select(Access, Access).Sample(
            (before, after) =>
            {
                var comparison = AccessComparer.Compare([before], [after]);

                BruteForce.Of(comparison.Decisions.Select(d => d.What)).ShouldBe(BruteForce.Differences(before, after, Kinds, Groups, Texts));
                comparison.Inexact.ShouldBeEmpty();
            },
            iter: 150,
            print: Print);

    /// <summary>A policy that grew out of another: most rules are in both.</summary>
    [Fact]
    public void Finds_what_a_small_change_does() =>
        Gen.Select(Access, Rule, Gen.Int[0, 3]).Sample(
            (before, rule, way) =>
            {
                var after = way switch
                {
                    0 => before with { Allow = [.. before.Allow, rule] },
                    1 => before with { Deny = [.. before.Deny, rule] },
                    2 => before with { Allow = [.. before.Allow.Skip(1)] },
                    _ => before with { Deny = [] },
                };

                BruteForce.Of(AccessComparer.Compare([before], [after]).Decisions.Select(d => d.What)).ShouldBe(BruteForce.Differences(before, after, Kinds, Groups, Texts));
            },
            iter: 150,
            print: t => Print((t.Item1, t.Item1 with { Allow = [t.Item2], Deny = [] })));

    /// <summary>The lines for people leave nothing out, speak of nothing else, and their examples are true for all their verbs.</summary>
    [Fact]
    public void Lines_say_what_the_decisions_say() =>
        Gen.Select(Access, Access).Sample(
            (before, after) =>
            {
                var comparison = AccessComparer.Compare([before], [after]);
                var lines = comparison.Differences.Select(d => d.What).ToList();
                foreach (var decision in comparison.Decisions.Select(d => d.What))
                {
                    (decision.Gained & ~Sum(AccessChange.Gained)).ShouldBe(ResourceVerbs.None);
                    (decision.Lost & ~Sum(AccessChange.Lost)).ShouldBe(ResourceVerbs.None);

                    ResourceVerbs Sum(AccessChange change) => lines.Where(l => l.Change == change && IsAbout(l, decision)).Aggregate(ResourceVerbs.None, (all, l) => all | l.Verbs);
                }

                foreach (var line in lines)
                {
                    Holds(line, before, after).ShouldBeTrue(line.ToString());
                }
            },
            iter: 500,
            print: Print);

    [Fact]
    public void What_is_gained_one_way_is_lost_the_other() =>
        Gen.Select(Access, Access).Sample(
            (before, after) =>
            {
                var there = AccessComparer.Compare([before], [after]);
                var back = AccessComparer.Compare([after], [before]);

                back.Decisions.Select(d => d.What with { Gained = d.What.Lost, Lost = d.What.Gained }).ShouldBe(there.Decisions.Select(d => d.What), ignoreOrder: true);
            },
            iter: 150,
            print: Print);

    [Fact]
    public void Says_the_same_whatever_the_order_of_rules() =>
        Gen.Select(Access, Access).Sample(
            (before, after) =>
            {
                var one = AccessComparer.Compare([before], [after]);
                var other = AccessComparer.Compare(
                    [before with { Allow = [.. before.Allow.Reverse()] }], [after with { Allow = [.. after.Allow.Reverse(), .. after.Allow.Take(1)], Deny = [.. after.Deny.Reverse()] }]);

                other.Differences.ShouldBe(one.Differences);
            },
            iter: 150,
            print: Print);

    /// <summary>Whether a line speaks of a kind: by its name, or as one of all kinds that it does not except.</summary>
    private static bool IsAbout(AccessDifference line, DecisionDifference decision)
    {
        var o = line.Objects;
        var named = decision.ApiGroup.Length > 0 ? $"{decision.Kind}.{decision.ApiGroup}" : decision.Kind;
        return (o.Kind == decision.Kind || o.Kind == "*")
            && !o.Except.Contains(named)
            && (o.ApiGroup == decision.ApiGroup || o.ApiGroup.Split(" & ").All(p => WrittenRules.Pattern(p).IsMatch(decision.ExampleGroup)));
    }

    private static bool Holds(AccessDifference line, PersonAccess before, PersonAccess after)
    {
        var example = line.Objects.Example.Split('/');
        var (ns, name) = example is [var place, var inside] ? (place, inside) : ("", example[0]);
        var kind = line.Objects.Kind == "*" ? BruteForce.OtherKind : line.Objects.Kind;
        return Groups.Any(group => Enum.GetValues<ResourceVerbs>().Where(v => v is not (ResourceVerbs.None or ResourceVerbs.All) && line.Verbs.HasFlag(v)).All(verb =>
            BruteForce.IsAllowed(before, verb, group, kind, ns, name) == (line.Change == AccessChange.Lost)
            && BruteForce.IsAllowed(after, verb, group, kind, ns, name) == (line.Change == AccessChange.Gained)));
    }

    private static string Print((PersonAccess Before, PersonAccess After) sides) => $"{Print(sides.Before)}\n=>\n{Print(sides.After)}";

    private static string Print(PersonAccess access) => string.Join('\n', access.Allow.Select(r => $"allow {r}").Concat(access.Deny.Select(r => $"deny {r}")));
}
