using Tidegate.State;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>A resource whose document can no longer be read or is rejected stays in force as it last was, and one that is no longer declared does not.</summary>
public sealed class LastGoodVersionTests
{
    [Theory]
    [InlineData("kube_cluster")]
    [InlineData("role")]
    [InlineData("user")]
    [InlineData("lock")]
    public void A_rejected_document_keeps_its_last_good_version(string kind)
    {
        var document = kind switch { "kube_cluster" => Cluster("x"), "role" => Role("x"), "user" => User("x"), _ => Lock("x") };
        var before = Build(File("a", document));

        var after = Build(before, File("moved", document + "\nbogus: 1"));

        Differ.Diff(before, after).IsEmpty.ShouldBeTrue();
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
    }

    [Fact]
    public void A_rejected_document_without_last_good_version_gives_nothing()
    {
        var state = Build(File("a", User("alice") + "\nbogus: 1"));

        state.Users.ShouldBeEmpty();
        state.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_is_no_longer_readable_removes_nothing()
    {
        var before = Build(File("a", User("alice"), Lock("l"), Cluster("c"), Cluster("d", "env: dev")), File("b", User("bob")));

        var after = Build(before, File("a", Broken));

        after.Users.Keys.ShouldBe(["alice"]);
        after.Locks.Keys.ShouldBe(["l"]);
        after.Clusters.Keys.Order().ShouldBe(["c", "d"]);
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
    }

    [Fact]
    public void A_cluster_that_no_selector_matches_stays_known_while_its_file_cannot_be_read()
    {
        var options = new BuildOptions { Selectors = [Selector("env", "prod")] };
        var before = Build(DesiredState.Empty, options, File("a", Cluster("a", "env: prod"), Cluster("b", "env: dev")));

        var after = Build(before, options, File("a", Broken));

        (after.Clusters.Keys.ShouldHaveSingleItem(), after.Unselected.Keys.ShouldHaveSingleItem()).ShouldBe(("a", "b"));
    }

    [Theory]
    [InlineData("kind: user\nmetadata: {name: [}", "alice,bob", "")]
    [InlineData("kind: usr\nmetadata: {name: alice}", "alice", "l")]
    [InlineData("kind: lok\nmetadata: {name: l}", "", "l")]
    [InlineData("kind: Deployment\nmetadata: {name: alice}", "", "")]
    public void A_broken_document_keeps_only_what_it_may_mean(string broken, string users, string locks)
    {
        var before = Build(File("a", User("alice"), User("bob"), Lock("l")));

        var after = Build(before, File("a", broken));

        string.Join(",", after.Users.Keys.Order()).ShouldBe(users);
        string.Join(",", after.Locks.Keys).ShouldBe(locks);
    }

    [Fact]
    public void Of_several_broken_documents_that_say_a_name_the_first_file_is_said_to_keep_it()
    {
        const string broken = "kind: usr\nmetadata: {name: alice}";
        var before = Build(File("x", User("alice")));

        Build(before, File("b", broken), File("a", broken), File("c", broken)).Problems.Where(p => p.KeepsLastGood).Select(p => p.File).ShouldBe(["a"]);
    }

    [Fact]
    public void What_moved_out_of_an_unreadable_file_is_taken_from_where_it_is_now()
    {
        var roles = File("r", Role("old"), Role("new"));
        var before = Build(File("a", User("alice", "old")), roles);

        Build(before, File("a", Broken), File("b", User("alice", "new")), roles).Users["alice"].Roles.ShouldBe(["new"]);
    }

    [Fact]
    public void Last_good_versions_survive_several_passes()
    {
        var state = Build(File("a", User("alice")));

        for (var i = 0; i < 3; i++)
        {
            state = Build(state, File("a", Broken));
        }

        state.Users.Keys.ShouldBe(["alice"]);
    }

    [Fact]
    public void A_removed_document_removes_the_resource_also_beside_a_rejected_one()
    {
        var before = Build(File("a", User("alice"), User("bob")));

        Build(before, File("a", User("alice") + "\nbogus: 1")).Users.Keys.ShouldBe(["alice"]);
    }

    [Fact]
    public void A_last_good_version_expires_as_well()
    {
        var before = Build(File("a", User("alice", "", "2026-02-01T00:00:00Z")));

        var after = DesiredStateBuilder.Build(null, [File("a", Broken)], before, Everything, Now.AddMonths(1));

        after.Users.ShouldBeEmpty();
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeFalse();
    }
}
