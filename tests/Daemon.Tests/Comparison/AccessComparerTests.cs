using Tidegate.Comparison;
using Tidegate.Resources;
using Xunit.Abstractions;
using static Tidegate.Tests.Comparison.WrittenRules;

namespace Tidegate.Tests.Comparison;

public sealed class AccessComparerTests(ITestOutputHelper output)
{
    private const string Cases = "Comparison/differences.cases";

    public static TheoryData<string> Names => CaseFile.Names(Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void Differences_are_those_of_the_cases(string name)
    {
        var written = CaseFile.Get(Cases, name);
        var lines = written.Input.Split('\n');

        var comparison = AccessComparer.Compare([Side("alice", "c1", lines, "before")], [Side("alice", "c1", lines, "after")]);

        comparison.Differences.Select(d => Shown(d.What)).ShouldBe(written.Expected);
        comparison.IsEmpty.ShouldBe(written.Expected.Count == 0);
        comparison.Inexact.ShouldBeEmpty();
    }

    [Fact]
    public void Persons_and_clusters_that_are_affected_alike_stand_together()
    {
        string[] lines = ["before allow a:1 pods <> dev * get", "after allow a:1 pods <> dev * get,create"];
        var pairs = new[] { ("bob", "c2"), ("alice", "c1"), ("carol", "c2"), ("bob", "c1"), ("alice", "c2") };

        var comparison = AccessComparer.Compare(
            [.. pairs.Select(p => Side(p.Item1, p.Item2, lines, "before"))],
            [.. pairs.Reverse().Select(p => Side(p.Item1, p.Item2, lines, "after"))]);

        comparison.Differences.Select(d => (string.Join(',', d.Persons), string.Join(',', d.Clusters), Shown(d.What))).ShouldBe(
        [
            ("alice,bob", "c1,c2", "gained create on pods of <> in dev named *, as dev/a, by a.yaml:1"),
            ("carol", "c2", "gained create on pods of <> in dev named *, as dev/a, by a.yaml:1"),
        ]);
        comparison.Principals.ShouldBeEmpty();
    }

    /// <summary>A line that several differences have in common names everybody once.</summary>
    [Fact]
    public void A_common_part_of_different_changes_is_one_line()
    {
        string[] common = ["before allow a:1 pods <> dev * get", "after allow a:1 pods <> dev * get,create"];
        string[] more = [.. common, "after allow b:1 secrets <> dev * list"];

        var comparison = AccessComparer.Compare(
            [Side("alice", "c1", common, "before"), Side("bob", "c1", common, "before")],
            [Side("alice", "c1", common, "after"), Side("bob", "c1", more, "after")]);

        comparison.Differences.Select(d => $"{string.Join(',', d.Persons)}: {d.What.Objects.Kind}").ShouldBe(["bob: namespaces", "alice,bob: pods", "bob: secrets"]);
    }

    [Fact]
    public void Everybody_is_told_of_the_own_role_where_two_roles_give_the_same()
    {
        var comparison = AccessComparer.Compare(
            [],
            [Side("alice", "c1", ["both allow a:1 nodes <> <> * get"], "both"), Side("bob", "c1", ["both allow b:2 nodes <> <> * get"], "both")]);

        comparison.Differences.Select(d => $"{string.Join(',', d.Persons)}: {d.What.By.Rule}").ShouldBe(["alice: a.yaml:1", "bob: b.yaml:2"]);
        comparison.Decisions.Select(d => string.Join(',', d.Persons)).ShouldBe(["alice,bob"]);
    }

    [Fact]
    public void Access_that_only_one_policy_gives_is_gained_or_lost_with_its_users_and_groups()
    {
        string[] lines = ["both allow a:1 nodes <> <> * get"];

        var comparison = AccessComparer.Compare([Side("alice", "c1", lines, "both")], [Side("bob", "c1", lines, "both")]);

        comparison.Differences.Select(d => $"{d.Persons[0]}: {Shown(d.What)}").ShouldBe(
            ["bob: gained get on nodes of <> in <> named *, as a, by a.yaml:1", "alice: lost get on nodes of <> in <> named *, as a, by a.yaml:1"]);
        comparison.Principals.Select(p => $"{p.Persons[0]}: {p.What.Change} {p.What.Users} {p.What.Groups}").ShouldBe(
            ["bob: Gained [bob] [viewers]", "alice: Lost [alice] [viewers]"]);
    }

    [Fact]
    public void Groups_that_change_are_named_and_those_that_stay_are_not()
    {
        var before = Side("alice", "c1", [], "both") with { Groups = ["dev", "viewers"] };

        var comparison = AccessComparer.Compare([before], [before with { Groups = ["admins", "viewers"] }]);

        comparison.Principals.Select(p => $"{p.What.Change} {p.What.Users} {p.What.Groups}").ShouldBe(["Gained [] [admins]", "Lost [] [dev]"]);
        comparison.IsEmpty.ShouldBeFalse();
    }

    [Fact]
    public void Patterns_that_are_too_much_are_named()
    {
        string[] lines = ["before allow a:1 pods <> ^(a|b)*a(a|b){18}$ x get", "after allow a:1 pods <> ^(a|b)*b(a|b){18}$ x get"];

        var comparison = AccessComparer.Compare([Side("alice", "c1", lines, "before")], [Side("alice", "c1", lines, "after")]);

        comparison.IsEmpty.ShouldBeFalse();
        comparison.Inexact.SelectMany(i => i.What.Patterns).ShouldContain("^(a|b)*a(a|b){18}$");
    }

    /// <summary>Equal rules are compared once, whoever has them; else this takes hours. About a second on one idle processor.</summary>
    [Fact]
    public void One_changed_role_of_a_thousand_persons_on_five_hundred_clusters_is_quick()
    {
        string[] lines =
        [
            "both allow a:1 pods <> team-* * get,list,watch", "both allow a:2 deployments apps team-* web-* *", "both allow a:3 secrets <> ^(dev|test)$ * get",
            "both allow b:1 * * sandbox-* * *", "both deny b:2 secrets <> kube-system * *",
        ];
        var own = Enumerable.Range(0, 1000).Select(p => Side($"p{p}", "", [.. lines, $"both allow c:1 jobs batch own-{p % 20} * *"], "both")).ToList();
        var changed = own.Select(a => a with { Allow = [.. a.Allow, Rule("configmaps", "", "team-*", "*", ResourceVerbs.Get, "d")] }).ToList();
        var clusters = Enumerable.Range(0, 500).Select(c => $"c{c}").ToList();
        var before = clusters.SelectMany(c => own.Select(a => a with { Cluster = c })).ToList();
        var after = clusters.SelectMany(c => changed.Select(a => a with { Cluster = c })).ToList();
        var clock = PromisedTime.Start();

        var comparison = AccessComparer.Compare(before, after);

        clock.ShouldBeKept(TimeSpan.FromSeconds(60));
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds:0} ms");
        var line = comparison.Differences.ShouldHaveSingleItem();
        (line.Persons.Count, line.Clusters.Count, line.What.Objects.Kind).ShouldBe((1000, 500, "configmaps"));
    }
}
