using System.Diagnostics;

namespace Tidegate.Tests;

/// <summary>
/// A promise such as "within a second", held against the clock on a machine that others use, too: what passed may be as many times longer as the machine is slower than it would be alone.
/// How much slower is measured beside the promise, before it and, where more than the promise passed, once more after it; so on an idle machine the promise is held to the letter,
/// and something that waits for a time of its own fails on a busy one as well.
/// </summary>
internal sealed class PromisedTime
{
    private readonly double slownessBefore = MachineLoad.Slowness();
    private readonly long start = Stopwatch.GetTimestamp();

    private PromisedTime()
    {
    }

    /// <summary>What passed since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>Measures the machine, and starts the clock.</summary>
    public static PromisedTime Start() => new();

    /// <summary>Fails when more than the promise has passed; call it at the moment at which the promise has to be kept.</summary>
    public void ShouldBeKept(TimeSpan promise) => ShouldBeKept(promise, Elapsed);

    /// <summary>The same of something that was measured meanwhile.</summary>
    public void ShouldBeKept(TimeSpan promise, TimeSpan taken)
    {
        if (taken < promise)
        {
            return;
        }

        var slowness = Math.Max(slownessBefore, MachineLoad.Slowness());
        taken.ShouldBeLessThan(promise * slowness, $"promised within {promise}, on a machine that is {slowness:0.0} times slower than alone");
    }
}
