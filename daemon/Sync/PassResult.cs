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

    /// <summary>A person must act: the last good state stays (a prune guard, a missing path).</summary>
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
    /// <summary>The part of <see cref="Duration"/> that was spent on the repository's host and the way to it; not in the history.</summary>
    public TimeSpan FetchDuration { get; init; }

    /// <summary>What is remarkable about the commit itself.</summary>
    public IReadOnlyList<PassNote> Notes { get; init; } = [];

    /// <summary>Whether it was rejected because somebody must confirm a removal; not in the history.</summary>
    public bool IsHeld { get; init; }
}
