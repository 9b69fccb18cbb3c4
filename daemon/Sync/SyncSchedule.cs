namespace Tidegate.Sync;

/// <summary>When the next pass is due.</summary>
/// <param name="Interval">Between passes that work.</param>
internal sealed record SyncSchedule(TimeSpan Interval)
{
    /// <summary>The longest pause after failures, unless the interval itself is longer.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);

    // Daemons of one repository that started together must not stay together.
    private const double Jitter = 0.1;

    /// <summary>The pause before the next pass.</summary>
    /// <param name="failures">How many passes failed in a row; each doubles the pause.</param>
    /// <param name="random">From 0 to 1, exclusive.</param>
    public TimeSpan Pause(int failures, double random)
    {
        var longest = Interval > LongestBackOff ? Interval : LongestBackOff;
        var doubled = Interval.TotalSeconds * Math.Pow(2, Math.Min(failures, 30));
        var seconds = Math.Min(doubled, longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Jitter * ((2 * random) - 1))));
    }
}
