using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>Named by what happens next.</summary>
internal enum PassOutcome
{
    /// <summary>A new state is in force; problems, if any, concern single documents.</summary>
    Applied,

    /// <summary>Nothing new.</summary>
    Unchanged,

    /// <summary>A person must act: the last good state stays (a missing path).</summary>
    Rejected,

    /// <summary>The repository could not be read; tried again with back-off.</summary>
    Unreachable,
}

/// <summary>What one pass did, as <c>status</c> and <c>history</c> show it.</summary>
/// <param name="Error">One sentence with the remedy, for the last two outcomes.</param>
internal sealed record PassResult(
    PassOutcome Outcome,
    string Trigger,
    Revision? Revision,
    Plan Plan,
    IReadOnlyList<Problem> Problems,
    string? Error,
    DateTimeOffset StartedAt,
    TimeSpan Duration)
{
    /// <summary>Whether the repository was not asked, so that what it said last still holds; not in the history.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The part of <see cref="Duration"/> that was spent on the repository's host and the way to it; not in the history.</summary>
    public TimeSpan FetchDuration { get; init; }

    /// <summary>Whether it was rejected because the configured tag was moved; not in the history.</summary>
    public bool IsTagMove { get; init; }

    /// <summary>What is remarkable about the commit itself.</summary>
    public IReadOnlyList<PassNote> Notes { get; init; } = [];

    /// <summary>What waits for a confirmation, also when an earlier pass found it; in the history only where it began.</summary>
    public HeldRemoval? Held { get; init; }

    /// <summary>Why the state in force is not stored yet, so that a restart without git would begin with an older one; null when it is; not in the history.</summary>
    public string? NotStored { get; init; }

    /// <summary>Why the confirmation that the pass was asked for is not one of what is held; not in the history.</summary>
    public string? ConfirmationRefusal { get; init; }
}
