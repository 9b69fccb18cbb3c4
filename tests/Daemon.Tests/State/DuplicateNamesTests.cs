using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>A name that several documents of one kind declare is applied from none of them, and each is told of the others.</summary>
public sealed class DuplicateNamesTests
{
    [Fact]
    public void Two_documents_with_one_name_are_both_refused_and_both_named()
    {
        var state = Build(File("a", User("alice"), User("bob")), File("b", User("alice")));

        state.Users.Keys.ShouldBe(["bob"]);
        Problems(state).ShouldBe(
        [
            "a:3: user \"alice\" is declared more than once, also at b:3; none of them is applied: keep one",
            "b:3: user \"alice\" is declared more than once, also at a:3; none of them is applied: keep one",
        ]);
    }

    [Fact]
    public void Each_document_of_a_name_names_all_the_others_in_their_order() =>
        Problems(Build(File("c", User("alice")), File("a", User("alice"), User("alice")), File("b", User("alice")))).ShouldBe(
        [
            "a:3: user \"alice\" is declared more than once, also at a:8, b:3, c:3; none of them is applied: keep one",
            "a:8: user \"alice\" is declared more than once, also at a:3, b:3, c:3; none of them is applied: keep one",
            "b:3: user \"alice\" is declared more than once, also at a:3, a:8, c:3; none of them is applied: keep one",
            "c:3: user \"alice\" is declared more than once, also at a:3, a:8, b:3; none of them is applied: keep one",
        ]);

    [Fact]
    public void A_name_is_taken_within_its_kind_only() =>
        Build(File("a", User("x"), Role("x"), Lock("x"), Cluster("x"))).Problems.ShouldBeEmpty();

    [Fact]
    public void A_rejected_document_claims_its_name_too()
    {
        var state = Build(File("a", User("alice")), File("b", User("alice") + "\nbogus: 1"));

        state.Users.ShouldBeEmpty();
        state.Problems.Count.ShouldBe(3);
    }

    [Fact]
    public void Duplicates_leave_the_last_good_version_in_force()
    {
        var before = Build(File("a", User("alice", "old")), File("r", Role("old"), Role("new")));

        var after = Build(before, File("a", User("alice", "new")), File("b", User("alice", "new")), File("r", Role("old"), Role("new")));

        after.Users["alice"].Roles.ShouldBe(["old"]);
        after.Problems.Count.ShouldBe(2);
        after.Problems.ShouldAllBe(p => p.KeepsLastGood && p.Resource == "user/alice");
    }
}
