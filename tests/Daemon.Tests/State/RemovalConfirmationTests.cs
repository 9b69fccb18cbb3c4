using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.State;

/// <summary>A confirmation is of the commit that somebody looked at, and of no other.</summary>
public sealed class RemovalConfirmationTests
{
    private static readonly Revision Announced = Commit('a');
    private static readonly Revision Tip = Commit('b');

    [Theory]
    [InlineData("aaaaaaa", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("AAAAAAA", true)]
    [InlineData("bbbbbbb", true)]
    [InlineData("ccccccc", false)]
    [InlineData("aaaaaaab", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void It_names_the_commit_that_was_announced_or_the_one_that_is_applied(string confirmed, bool isAccepted)
    {
        var refusal = RemovalConfirmation.Refusal(confirmed, new(Announced, [new("kube_cluster", "a")], "would unregister all 1 clusters"), Tip);

        (refusal is null).ShouldBe(isAccepted);
        if (!isAccepted)
        {
            refusal!.ShouldStartWith($"commit {confirmed} is not the one that waits, so nothing is removed: commit aaaaaaaaaaaa \"Commit a\" by Ada would unregister all 1 clusters: ");
        }
    }

    [Fact]
    public void Of_what_is_not_held_only_the_commit_in_force_can_be_confirmed()
    {
        RemovalConfirmation.Refusal("bbbbbbb", null, Tip).ShouldBeNull();
        RemovalConfirmation.Refusal("aaaaaaa", null, Tip).ShouldBe(
            "no removal of commit aaaaaaa waits for a confirmation; in force is commit bbbbbbbbbbbb \"Commit b\", of which nothing is held");
    }

    [Theory]
    [InlineData("0123456", true)]
    [InlineData("ABCDEF0123", true)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", true)]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000", false)]
    [InlineData("012345", false)]
    [InlineData("", false)]
    [InlineData("true", false)]
    [InlineData("HEAD~1xx", false)]
    public void A_commit_is_named_by_enough_digits(string text, bool isCommit) => RemovalConfirmation.IsCommitId(text).ShouldBe(isCommit);

    private static Revision Commit(char digit) => new(new string(digit, 40), "Ada", DateTimeOffset.UnixEpoch, $"Commit {digit}");
}
