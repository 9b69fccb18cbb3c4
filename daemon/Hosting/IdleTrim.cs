namespace Tidegate.Hosting;

/// <summary>
/// Gives memory back to the host when the daemon is quiet. Opening thousands of watches, or a large commit, leaves garbage behind which the collector
/// would keep until as much is allocated again: on a gate full of idle watches perhaps for hours.
/// </summary>
/// <remarks>
/// A collection stops the program for some tens of milliseconds, so it happens only after a while in which next to nothing was allocated. What a large piece of work
/// left behind, such as a plan of ten thousand clusters, is worth one also while the daemon has something to do: a gate that checks thousands of clusters is never quiet.
/// </remarks>
internal sealed class IdleTrim : IDisposable
{
    /// <summary>Less than this in one interval is quiet: a request allocates about 20 kB.</summary>
    private const long QuietBytes = 2 * 1024 * 1024;

    /// <summary>Less than this since the last time is not worth it.</summary>
    private const long WorthwhileBytes = 16 * 1024 * 1024;

    /// <summary>Less than this in one interval is no large piece of work: some hundred requests a second allocate more.</summary>
    private const long CalmBytes = 32 * 1024 * 1024;

    /// <summary>What is held beyond this share and size of what was held after the last time was left behind by large work.</summary>
    private const double GrownBy = 1.5;
    private const long GrownBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Func<long> allocated;
    private readonly Func<long> held;
    private readonly Action collect;
    private readonly ITimer timer;
    private long atLastLook;
    private long atLastTrim;
    private long heldAfterTrim;

    /// <param name="allocated">Bytes allocated so far by the process.</param>
    /// <param name="held">Bytes that the collector holds for objects, garbage included.</param>
    /// <param name="collect">Collects everything and gives back what is free.</param>
    public IdleTrim(TimeProvider time, Func<long> allocated, Func<long> held, Action collect)
    {
        this.allocated = allocated;
        this.held = held;
        this.collect = collect;
        atLastLook = allocated();
        heldAfterTrim = held();
        timer = time.CreateTimer(static state => ((IdleTrim)state!).Look(), this, Interval, Interval);
    }

    /// <summary>For this process.</summary>
    public static IdleTrim Start(TimeProvider time) => new(
        time,
        static () => GC.GetTotalAllocatedBytes(),
        static () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes,
        static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var now = allocated();
        var recently = now - atLastLook;
        if ((recently < QuietBytes && now - atLastTrim > WorthwhileBytes) || (recently < CalmBytes && HasGrown()))
        {
            collect();
            atLastTrim = now;
            heldAfterTrim = held();
        }

        atLastLook = now;
    }

    private bool HasGrown() => held() > (heldAfterTrim * GrownBy) + GrownBytes;
}
