namespace Tidegate.Limits;

/// <summary>
/// Shares out the file descriptors that connections may take, so that they never run out: the runtime ends the process when it finds none for a file of its own.
/// A part of the limit is kept in reserve, and what is left beside everything else that is open is halved: clients that hold connections and say
/// nothing leave the gate its way to the clusters, and the other way round.
/// </summary>
/// <remarks>
/// A place is taken before a socket is made or kept, and given back with it, so that the count of connections is exact at each moment; everything else that is open is
/// counted from time to time, which the reserve allows for.
/// </remarks>
internal sealed class DescriptorBudget
{
    /// <summary>Below this the daemon says at its start what the limit allows.</summary>
    public const long LowLimit = 4096;

    private const long UsualReserve = 24;
    private const long MostReserve = 1024;

    // With a very low limit the reserve gives way to a few connections, but not further than this.
    private const long LeastReserve = 8;
    private const long LeastConnections = 4;

    // To list 16,000 descriptors takes some 20 ms.
    private const long MostToCountOften = 16_384;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly Lock access = new();
    private readonly Func<long> limit;
    private readonly Func<long> count;
    private readonly TimeProvider time;
    private readonly int[] taken = new int[2];
    private long most = int.MaxValue;
    private long countedAt;
    private TimeSpan interval = TimeSpan.MinValue;

    public DescriptorBudget(TimeProvider time)
        : this(OpenFiles.Limit, OpenFiles.Count, time)
    {
    }

    /// <param name="limit">How many descriptors there may be.</param>
    /// <param name="count">How many there are, for whatever use.</param>
    public DescriptorBudget(Func<long> limit, Func<long> count, TimeProvider time)
    {
        this.limit = limit;
        this.count = count;
        this.time = time;
    }

    /// <summary>Whether the limit is below <see cref="LowLimit"/>.</summary>
    public bool IsLow => limit() < LowLimit;

    /// <summary>The limit itself.</summary>
    public long Limit => limit();

    /// <summary>The most connections of one use at this moment; 0 when the limit leaves none.</summary>
    public int Most
    {
        get
        {
            lock (access)
            {
                Count();
                return (int)most;
            }
        }
    }

    /// <summary>The same as it was last found out; cheap.</summary>
    public long LastMost => Volatile.Read(ref most);

    /// <summary>How many connections are open for a use.</summary>
    public int Taken(DescriptorUse use) => Volatile.Read(ref taken[(int)use]);

    /// <summary>Takes the place of one connection. To dispose what is returned gives it back, once.</summary>
    /// <returns>Null when it would be one too many.</returns>
    public IDisposable? TryTake(DescriptorUse use)
    {
        lock (access)
        {
            Count();
            if (taken[(int)use] >= most)
            {
                return null;
            }

            taken[(int)use]++;
            return new Place(this, use);
        }
    }

    /// <summary>Takes a place, and waits for one when there is none.</summary>
    /// <param name="patience">How long.</param>
    /// <returns>Null when there was none in that time.</returns>
    public async ValueTask<IDisposable?> TakeAsync(DescriptorUse use, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (TryTake(use) is { } place)
            {
                return place;
            }

            if (time.GetElapsedTime(began) >= patience)
            {
                return null;
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    private void Count()
    {
        var now = time.GetTimestamp();
        if (interval >= TimeSpan.Zero && time.GetElapsedTime(countedAt, now) < interval)
        {
            return;
        }

        var (all, open) = (limit(), count());
        var others = Math.Max(0, open - taken[0] - taken[1]);
        var free = all - others;
        var reserve = Math.Clamp(all / 16, UsualReserve, MostReserve);
        most = Math.Clamp(Math.Max((free - reserve) / 2, Math.Min((free - LeastReserve) / 2, LeastConnections)), 0, int.MaxValue);
        (countedAt, interval) = (now, open < MostToCountOften ? Often : Seldom);
    }

    private void GiveBack(DescriptorUse use)
    {
        lock (access)
        {
            taken[(int)use]--;
        }
    }

    private sealed class Place(DescriptorBudget budget, DescriptorUse use) : IDisposable
    {
        private int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0)
            {
                budget.GiveBack(use);
            }
        }
    }
}
