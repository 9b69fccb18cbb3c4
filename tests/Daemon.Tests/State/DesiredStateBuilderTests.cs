using Tidegate.State;
using Tidegate.Values;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>What a state says as a whole: its problems in one order whatever the order of the files, the roles that are missing, the next expiry.</summary>
public sealed class DesiredStateBuilderTests
{
    [Fact]
    public void Problems_are_told_in_the_order_of_their_places()
    {
        Problem[] ordered =
        [
            new("a", 9, 9, "z", "z"), new("b", 1, 2, "z", "z"), new("b", 2, 1, "z", "z"), new("b", 2, 3, "x", "z"), new("b", 2, 3, "y", "x"), new("b", 2, 3, "y", "y"),
            new("b", 2, 10, "a", "a"),
        ];

        foreach (var shift in Enumerable.Range(0, ordered.Length))
        {
            var given = ordered.Skip(shift).Concat(ordered.Take(shift)).Reverse().ToList();
            Build(DesiredState.Empty, Everything with { StaticProblems = given }).Problems.Select(p => p.ToString()).ShouldBe(ordered.Select(p => p.ToString()));
        }
    }

    [Fact]
    public void The_order_of_files_does_not_matter()
    {
        FileResources[] files = [File("b", User("alice"), User("bob", "x")), File("a", User("alice")), File("c", Broken), File("d", Cluster("c"))];

        var forward = Build(files);
        var backward = Build([.. files.Reverse()]);

        Problems(backward).ShouldBe(Problems(forward));
        Differ.Diff(forward, backward).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Time_removes_what_has_expired_and_the_next_end_is_known()
    {
        var state = Build(File(
            "a",
            User("gone", "", "2026-01-01T00:00:00Z"), User("later", "", "2026-03-01T00:00:00Z"), Lock("soon", "alice", "2026-02-01T00:00:00Z"), User("always")));

        state.Users.Keys.Order().ShouldBe(["always", "later"]);
        state.NextExpiry.ShouldBe(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        state.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Roles_that_do_not_exist_are_warned_of()
    {
        const string connector = "kind: mtls\nversion: v1\nmetadata: {name: m}\nspec:\n  attributes_to_roles:\n  - {name: organization, value: a, roles: [r, absent]}";

        var state = Build(File("a", Role("r"), User("alice", "r, gone"), connector));

        state.Users.Keys.ShouldBe(["alice"]);
        state.Problems.Select(p => p.Column).ShouldBe([19, 47]);
        Problems(state).ShouldBe(
        [
            "a:9: there is no role \"gone\" in force: it grants nothing until there is one [warning]",
            "a:16: there is no role \"absent\" in force: it grants nothing until there is one [warning]",
        ]);
    }
}
