using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>A clock that only the test moves, and that tells when a timer was set: whoever moves it before that moves it for nobody.</summary>
internal sealed class WatchedTime() : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    private readonly ConcurrentDictionary<TimeSpan, SemaphoreSlim> set = new();

    /// <summary>Completes once a timer of this length has been set; each is told once.</summary>
    public Task TimerAsync(TimeSpan length, CancellationToken cancellationToken) => Of(length).WaitAsync(cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Of(dueTime).Release();
        return timer;
    }

    private SemaphoreSlim Of(TimeSpan length) => set.GetOrAdd(length, _ => new(0));
}
