namespace Tidegate.Store;

/// <summary>One entry of the history of passes.</summary>
/// <param name="Outcome">A word of the caller's.</param>
/// <param name="RevisionId">The commit concerned, when the pass got so far.</param>
/// <param name="Details">JSON of the caller's, shown again as it was; no secret belongs in it.</param>
internal sealed record PassRecord(
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    string Trigger,
    string Outcome,
    string? RevisionId,
    string Details);
