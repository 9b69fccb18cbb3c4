namespace Tidegate.Limits;

/// <summary>
/// Counts what each person keeps the gate busy with, and all together, over all clusters and connections: one person takes nothing from the others. Persons are told apart
/// by their names, so that another certificate or connection gives nobody more.
/// </summary>
internal sealed class PersonLimits
{
    private readonly Lock access = new();
    private readonly Dictionary<string, long[]> persons = new(StringComparer.Ordinal);
    private readonly long[] all = new long[5];
    private volatile LimitOptions options;

    /// <param name="descriptors">Where they are few, they bound what one person may have open.</param>
    public PersonLimits(LimitOptions options, DescriptorBudget descriptors, TimeProvider time)
    {
        this.options = options;
        Descriptors = descriptors;
        Time = time;
    }

    /// <summary>What every connection takes one of.</summary>
    public DescriptorBudget Descriptors { get; }

    /// <summary>The settings in force.</summary>
    public LimitOptions Options => options;

    /// <summary>Persons that are counted because they have something.</summary>
    public int Persons
    {
        get
        {
            lock (access)
            {
                return persons.Count;
            }
        }
    }

    internal TimeProvider Time { get; }

    /// <summary>How much there is of one use in all.</summary>
    public long Taken(LimitedUse use)
    {
        lock (access)
        {
            return all[(int)use];
        }
    }

    /// <summary>Settings of a reloaded configuration. What is above a lower limit stays; nothing is added to it.</summary>
    public void Reconfigure(LimitOptions changed) => options = changed;

    /// <summary>Counts a request, or a stream, with its head.</summary>
    /// <param name="headBytes">Of its first line and its headers.</param>
    /// <returns>Its share, to be disposed with it; or which limit it exceeds.</returns>
    public (RequestShare? Share, LimitExceeded? Exceeded) Admit(string person, bool isStream, long headBytes)
    {
        var use = isStream ? LimitedUse.Streams : LimitedUse.Requests;
        lock (access)
        {
            var own = OwnOf(person);
            var exceeded = Check(person, own, use, 1) ?? Check(person, own, LimitedUse.HeaderBytes, headBytes);
            if (exceeded is null)
            {
                Add(own, use, 1);
                Add(own, LimitedUse.HeaderBytes, headBytes);
                return (new(this, person, use, headBytes), null);
            }

            RemoveEmpty(person, own);
            return (null, exceeded);
        }
    }

    /// <summary>Counts so much more of a use.</summary>
    /// <returns>Null when it is counted, else which limit it would exceed.</returns>
    public LimitExceeded? TryTake(string person, LimitedUse use, long amount)
    {
        lock (access)
        {
            var own = OwnOf(person);
            var exceeded = Check(person, own, use, amount);
            if (exceeded is null)
            {
                Add(own, use, amount);
            }

            RemoveEmpty(person, own);
            return exceeded;
        }
    }

    /// <summary>Takes off what was counted.</summary>
    public void GiveBack(string person, LimitedUse use, long amount)
    {
        lock (access)
        {
            var own = persons[person];
            Add(own, use, -amount);
            RemoveEmpty(person, own);
        }
    }

    private long[] OwnOf(string person)
    {
        if (!persons.TryGetValue(person, out var own))
        {
            persons[person] = own = new long[all.Length];
        }

        return own;
    }

    private LimitExceeded? Check(string person, long[] own, LimitedUse use, long amount)
    {
        var (most, mostOfAll) = MostOf(use);
        if (own[(int)use] + amount > most)
        {
            return new(use, person, most);
        }

        return all[(int)use] + amount > mostOfAll ? new(use, null, mostOfAll) : null;
    }

    /// <summary>Where descriptors are few, a person gets at most half of those of clients and of clusters: the rest is for the others.</summary>
    private (long Person, long All) MostOf(LimitedUse use)
    {
        var (o, places) = (options, Descriptors.LastMost);
        return use switch
        {
            LimitedUse.Requests => (Math.Min(o.RequestsPerPerson, Math.Max(places / 2, 2)), o.Requests),
            LimitedUse.Streams => (Math.Min(o.StreamsPerPerson, Math.Max(places / 2, 1)), o.Streams),
            LimitedUse.Connections => (Math.Min(o.ConnectionsPerPerson, Math.Max(places / 2, 1)), long.MaxValue),
            LimitedUse.HeaderBytes => ((long)o.HeaderMegabytesPerPerson << 20, (long)o.HeaderMegabytes << 20),
            _ => ((long)o.BodyMegabytesPerPerson << 20, (long)o.BodyMegabytes << 20),
        };
    }

    private void Add(long[] own, LimitedUse use, long amount)
    {
        own[(int)use] += amount;
        all[(int)use] += amount;
    }

    private void RemoveEmpty(string person, long[] own)
    {
        if (!own.AsSpan().ContainsAnyExcept(0))
        {
            persons.Remove(person);
        }
    }
}
