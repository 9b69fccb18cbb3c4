using Microsoft.Extensions.Time.Testing;
using Tidegate.Diagnostics;

namespace Tidegate.Tests.Diagnostics;

/// <summary>A listener that takes no connection is noticed at once, and is dead after a minute.</summary>
public sealed class ListenerWatchTests
{
    private readonly FakeTimeProvider time = new();
    private volatile string? fault;
    private bool listens = true;

    [Fact]
    public async Task A_look_that_fails_is_said_at_once_and_kills_after_a_minute()
    {
        var looked = new SemaphoreSlim(0);
        var watch = new ListenerWatch(() => listens, LookAsync, time);
        using var stopping = new CancellationTokenSource();
        var running = watch.RunAsync(stopping.Token);
        (watch.TookLast, watch.IsAlive).ShouldBe((true, true));

        fault = "no";
        for (var i = 0; i < 7; i++)
        {
            (await looked.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeTrue();
            await UntilAsync(() => i == 0 || !watch.TookLast);
            watch.IsAlive.ShouldBe(i < 6, $"after {i * 10} s");
            time.Advance(TimeSpan.FromSeconds(10));
        }

        fault = null;
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return watch is { TookLast: true, IsAlive: true };
        });
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);

        Task<string?> LookAsync(CancellationToken cancellationToken)
        {
            looked.Release();
            return Task.FromResult(fault);
        }
    }

    [Fact]
    public void One_that_was_told_to_stop_is_not_dead()
    {
        var watch = new ListenerWatch(() => listens, _ => Task.FromResult<string?>("no"), time);
        time.Advance(TimeSpan.FromMinutes(2));
        watch.IsAlive.ShouldBeFalse();
        listens = false;
        watch.IsAlive.ShouldBeTrue();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
