using Tidegate.Values;

namespace Tidegate.Tests.Explain;

/// <summary>Prepared commits: what a plan says of them is what somebody finds who tries everything before and after.</summary>
public sealed class AccessPlanTests
{
    public static TheoryData<string> Scenes => [.. PlanScene.Names];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Finds_what_trying_everything_finds(string name)
    {
        var scene = PlanScene.Read(name);

        var found = scene.Compare();

        found.Inexact.ShouldBeEmpty();
        new TriedAccess(scene).Of(found).ShouldBe(new TriedAccess(scene).Differences());
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Prints_who_gains_and_who_loses_what_and_by_which_rule(string name)
    {
        var scene = PlanScene.Read(name);

        scene.Printed().ShouldBe(scene.Expected);
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Everybody_who_is_affected_is_named_with_an_example_that_is_true(string name)
    {
        var scene = PlanScene.Read(name);
        var found = scene.Compare();
        foreach (var (line, person, cluster) in found.Differences.SelectMany(d => Pairs(d.Persons, d.Clusters).Select(p => (d.What, p.Person, p.Cluster))))
        {
            new TriedAccess(scene).Holds(line, person, cluster).ShouldBeTrue($"{person} on {cluster}: {line}");
        }

        var affected = found.Decisions.SelectMany(d => Pairs(d.Persons, d.Clusters)).ToHashSet();

        found.Differences.SelectMany(d => Pairs(d.Persons, d.Clusters)).ToHashSet().ShouldBe(affected, ignoreOrder: true);
    }

    [Fact]
    public void There_are_enough_scenes() => PlanScene.Names.Count().ShouldBeGreaterThanOrEqualTo(20);

    private static IEnumerable<(string Person, string Cluster)> Pairs(EquatableList<string> persons, EquatableList<string> clusters) =>
        persons.SelectMany(p => clusters.Select(c => (p, c)));
}
