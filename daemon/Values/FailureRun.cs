namespace Tidegate.Values;

/// <summary>What to say about a failure.</summary>
internal enum FailureNews
{
    /// <summary>Nothing: it was said, and is counted.</summary>
    None,

    /// <summary>It has begun, or it has another reason.</summary>
    Began,

    /// <summary>It has been going on for another hour.</summary>
    GoesOn,
}

/// <summary>How long something has failed, or did.</summary>
/// <param name="Attempts">At least 1.</param>
internal readonly record struct FailureSpan(long Attempts, DateTimeOffset Since, TimeSpan Lasted);

/// <summary>
/// Attempts that fail in a row: said when it begins, once an hour while it goes on, and when it is over, so that the log neither fills nor hides that
/// something has been wrong since yesterday. Safe for use by several threads.
/// </summary>
internal sealed class FailureRun(TimeProvider time)
{
    private const int MostReasons = 10;

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(1);

    private readonly Lock access = new();
    private readonly HashSet<string> reasons = new(StringComparer.Ordinal);
    private FailureSpan span;
    private DateTimeOffset said;

    /// <summary>Counts a failure.</summary>
    /// <param name="reason">One that was not given before in this run is news, unless there were very many.</param>
    public FailureNews Failed(string reason, out FailureSpan soFar)
    {
        lock (access)
        {
            var now = time.GetUtcNow();
            var since = span.Attempts == 0 ? now : span.Since;
            span = soFar = new(span.Attempts + 1, since, now - since);
            var isNew = reasons.Count < MostReasons && reasons.Add(reason);
            var news = isNew ? FailureNews.Began : now - said >= Reminder ? FailureNews.GoesOn : FailureNews.None;
            said = news == FailureNews.None ? said : now;
            return news;
        }
    }

    /// <summary>Ends the run; false when there is none.</summary>
    public bool Succeeded(out FailureSpan ended)
    {
        lock (access)
        {
            ended = span with { Lasted = time.GetUtcNow() - span.Since };
            span = default;
            reasons.Clear();
            return ended.Attempts > 0;
        }
    }
}
