namespace Tidegate.Limits;

/// <summary>What one request takes of its person's limits. Given back when it is disposed.</summary>
internal sealed class RequestShare : IDisposable
{
    private readonly PersonLimits limits;
    private readonly string person;
    private readonly LimitedUse use;
    private readonly long headBytes;
    private long bodyBytes;
    private int given;

    internal RequestShare(PersonLimits limits, string person, LimitedUse use, long headBytes)
    {
        this.limits = limits;
        this.person = person;
        this.use = use;
        this.headBytes = headBytes;
    }

    /// <summary>How long a body that is held may take to arrive.</summary>
    public TimeSpan BodyTimeout => limits.Options.BodyTimeout;

    /// <summary>Cancelled when that time is over.</summary>
    public CancellationTokenSource BodyDeadline() => new(BodyTimeout, limits.Time);

    /// <summary>Holds so many bytes more, to the request's end.</summary>
    /// <returns>Null, or which limit it would exceed.</returns>
    public LimitExceeded? TryHold(long bytes)
    {
        var exceeded = limits.TryTake(person, LimitedUse.BodyBytes, bytes);
        if (exceeded is null)
        {
            bodyBytes += bytes;
        }

        return exceeded;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref given, 1) != 0)
        {
            return;
        }

        limits.GiveBack(person, LimitedUse.BodyBytes, bodyBytes);
        limits.GiveBack(person, LimitedUse.HeaderBytes, headBytes);
        limits.GiveBack(person, use, 1);
    }
}
