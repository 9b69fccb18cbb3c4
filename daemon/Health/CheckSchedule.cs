using System.Collections.Concurrent;

namespace Tidegate.Health;

/// <summary>
/// When each cluster is due for its next look: after ten minutes, give or take a quarter, so that clusters registered at once do not stay together; on a gate
/// with more than 3,000 clusters later, so that there are no more than five looks a second.
/// </summary>
/// <param name="random">From 0 to 1.</param>
internal sealed class CheckSchedule(TimeProvider time, Func<double> random)
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private const double MostPerSecond = 5;

    private readonly ConcurrentDictionary<string, DateTimeOffset> due = new(StringComparer.Ordinal);

    /// <param name="clusters">How many there are.</param>
    public void Done(string name, int clusters)
    {
        var seconds = Math.Max(Period.TotalSeconds, clusters / MostPerSecond) * (0.75 + (random() / 2));
        due[name] = time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Whether it was looked at and is due again; false before the first look, which comes by itself.</summary>
    public bool IsDue(string name) => due.TryGetValue(name, out var at) && at <= time.GetUtcNow();

    /// <summary>Forgets those that are no longer registered.</summary>
    public void Keep(Func<string, bool> isRegistered)
    {
        foreach (var name in due.Keys.Where(n => !isRegistered(n)))
        {
            due.TryRemove(name, out _);
        }
    }
}
