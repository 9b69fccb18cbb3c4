using Tidegate.Sync;

namespace Tidegate.Tests.Sync;

public sealed class PassesToStoreTests
{
    [Fact]
    public void A_server_that_is_away_is_one_line_of_the_history_each_time()
    {
        var passes = new PassesToStore();
        foreach (var error in new[] { "no route", "no route", null, null, "no route", "no route", "timeout", "timeout" })
        {
            passes.Add(Pass(error is null ? PassOutcome.Unchanged : PassOutcome.Unreachable, error));
        }

        passes.Rows.Select(r => PassHistory.Of(r).Error).ShouldBe(["no route", "no route", "timeout"]);
    }

    [Fact]
    public void What_is_held_is_one_line_and_what_waits_is_bounded()
    {
        var passes = new PassesToStore();
        var held = new Tidegate.State.HeldRemoval(Tidegate.Values.Revision.None, [new("kube_cluster", "a")], "would unregister all 1 clusters");
        for (var i = 0; i < 1000; i++)
        {
            passes.Add(Pass(PassOutcome.Applied, null) with { Held = i < 100 ? null : held });
        }

        passes.Rows.Count.ShouldBe(Tidegate.Store.HistoryTable.Longest);
        passes.Rows.ShouldAllBe(r => PassHistory.Of(r).Held == null);
        passes.Stored([.. passes.Rows.Take(150)]);
        passes.Rows.Count.ShouldBe(50);
        passes.Add(Pass(PassOutcome.Applied, null) with { Held = held with { Reason = "another" } });
        PassHistory.Of(passes.Rows[^1]).Held!.Reason.ShouldBe("another");
    }

    private static PassResult Pass(PassOutcome outcome, string? error) => new(outcome, "interval", null, new([]), [], error, DateTimeOffset.UnixEpoch, TimeSpan.Zero);
}
