using Tidegate.State;
using Tidegate.Store;

namespace Tidegate.Sync;

/// <summary>
/// Passes that belong into the history and are not there yet. One that changed nothing and says nothing new does not: a server that is away for a day, or a tag that is held, is one line of
/// it, not a thousand. For one thread at a time.
/// </summary>
internal sealed class PassesToStore
{
    private readonly List<PassRecord> rows = [];
    private string? lastError;
    private HeldRemoval? lastHeld;

    public bool Any => rows.Count > 0;

    public IReadOnlyList<PassRecord> Rows => [.. rows];

    /// <param name="held">What the history says already.</param>
    public void Continue(HeldRemoval? held) => lastHeld = held;

    public void Add(PassResult pass)
    {
        var repeats = pass.Error is not null && pass.Error == lastError;
        lastError = pass.Error;
        if (pass.Outcome == PassOutcome.Unchanged || repeats)
        {
            return;
        }

        // What is held is told by the row of the pass that found it.
        rows.Add(PassHistory.Of(pass.Held == lastHeld ? pass with { Held = null } : pass));
        lastHeld = pass.Held;
        if (rows.Count > HistoryTable.Longest)
        {
            rows.RemoveAt(0);
        }
    }

    public void Stored(IReadOnlyList<PassRecord> written) => rows.RemoveAll(r => written.Any(w => ReferenceEquals(w, r)));
}
