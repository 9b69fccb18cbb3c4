using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Store;
using Tidegate.Sync;

namespace Tidegate.Tests.Sync;

public sealed class StateKeeperTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tidegate-keeper-").FullName;

    [Fact]
    public void A_server_that_is_away_is_one_line_of_the_history_each_time()
    {
        using var store = StateStore.Open(Path.Combine(folder, "state.db"), NullLogger<StateStore>.Instance);
        var keeper = new StateKeeper(store, TimeProvider.System, NullLogger<Reconciler>.Instance);
        foreach (var error in new[] { "no route", "no route", null, null, "no route", "no route", "timeout", "timeout" })
        {
            keeper.Remember(new(
                error is null ? PassOutcome.Unchanged : PassOutcome.Unreachable, "interval", null, new([]), [], error, DateTimeOffset.UnixEpoch, TimeSpan.Zero));
        }

        store.ReadHistory(10).Select(r => PassHistory.Of(r).Error).ShouldBe(["timeout", "no route", "no route"]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
