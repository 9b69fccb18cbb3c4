namespace Tidegate.Hosting;

/// <summary>
/// Gives memory back to the host when the daemon is quiet. Opening thousands of watches, or a large commit, leaves garbage behind which the collector
/// would keep until as much is allocated again: on a gate full of idle watches perhaps for hours.
/// </summary>
/// <remarks>A collection stops the program for some tens of milliseconds, so it happens only after a while in which next to nothing was allocated.</remarks>
internal sealed class IdleTrim : IDisposable
{
    /// <summary>Less than this in one interval is quiet: a request allocates about 20 kB.</summary>
    private const long QuietBytes = 2 * 1024 * 1024;

    /// <summary>Less than this since the last time is not worth it.</summary>
    private const long WorthwhileBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Func<long> allocated;
    private readonly Action collect;
    private readonly ITimer timer;
    private long atLastLook;
    private long atLastTrim;

    /// <param name="allocated">Bytes allocated so far by the process.</param>
    /// <param name="collect">Collects everything and gives back what is free.</param>
    public IdleTrim(TimeProvider time, Func<long> allocated, Action collect)
    {
        this.allocated = allocated;
        this.collect = collect;
        atLastLook = allocated();
        timer = time.CreateTimer(static state => ((IdleTrim)state!).Look(), this, Interval, Interval);
    }

    /// <summary>For this process.</summary>
    public static IdleTrim Start(TimeProvider time) => new(
        time,
        static () => GC.GetTotalAllocatedBytes(),
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var now = allocated();
        if (now - atLastLook < QuietBytes && now - atLastTrim > WorthwhileBytes)
        {
            collect();
            atLastTrim = now;
        }

        atLastLook = now;
    }
}
