namespace Tidegate.Sync;

/// <summary>
/// Whether a loop lives: it says what it begins and how long that may take, and whoever watches sees when it is overdue. A pass that rightly takes long, such
/// as a fetch from a slow host, is alive; one that never ends is not.
/// </summary>
internal sealed class LoopPulse(string name, TimeProvider time)
{
    private volatile Beat? last;

    /// <summary>The loop begins something.</summary>
    /// <param name="what">What it does, after "has been".</param>
    /// <param name="longest">How long that may take.</param>
    public void Begins(string what, TimeSpan longest) => last = new(what, longest, time.GetTimestamp());

    /// <summary>The loop is over, whatever the reason.</summary>
    public void Ends() => last = new("at its end", TimeSpan.FromTicks(-1), time.GetTimestamp());

    /// <returns>Null when the loop lives or has not begun; else what is wrong with it.</returns>
    public string? WhyNotAlive()
    {
        if (last is not { } beat || time.GetElapsedTime(beat.Since) is var elapsed && elapsed <= beat.Longest)
        {
            return null;
        }

        return beat.Longest < TimeSpan.Zero
            ? $"the {name} has ended"
            : $"the {name} has been {beat.What} for {elapsed.TotalSeconds:0} s, and {beat.Longest.TotalSeconds:0} s is the longest that may take";
    }

    private sealed record Beat(string What, TimeSpan Longest, long Since);
}
