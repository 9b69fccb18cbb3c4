using Tidegate.Git;
using Tidegate.State;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Stores what is in force and what passes did. A store that cannot be written keeps nothing from taking effect: it is said, and tried again with every pass.
/// </summary>
internal sealed partial class StateKeeper(StateStore store, TimeProvider time, ILogger<Reconciler> logger)
{
    private readonly FailureRun storing = new(time);
    private string? lastError;
    private HeldRemoval? lastHeld;

    /// <summary>Whether the state in force is not the one that is stored.</summary>
    public bool IsUnstored { get; private set; }

    /// <summary>Begins with what the last process stored.</summary>
    public void Continue(AppliedState stored) => lastHeld = stored.State.Held;

    /// <summary>Stores a state before it is applied, so that a restart never goes back.</summary>
    /// <param name="tree">Of its commit; null when nothing was read anew and the state before is stored.</param>
    public void Save(AppliedState state, CommitTree? tree)
    {
        try
        {
            var applied = new Applied(state.State.Revision!, AppliedFiles.Of(state.Files)) { Source = state.Source?.Stored, Details = AppliedDetails.Of(state.State) };
            store.WriteApplied(applied, AppliedFiles.ContentsOf(state.Files, tree));
        }
        catch (StoreException e)
        {
            IsUnstored = true;
            if (storing.Failed(e.Message, out _) != FailureNews.None)
            {
                Log.NotStored(logger, e.Message);
            }

            return;
        }

        IsUnstored = false;
        if (storing.Succeeded(out var span))
        {
            Log.StoredAgain(logger, (long)span.Lasted.TotalSeconds);
        }
    }

    /// <summary>Stores the state in force if that could not be done before, because the disk was full for instance.</summary>
    /// <exception cref="DamagedMirrorException">Its files cannot be read any more.</exception>
    public void SaveAgain(AppliedState state, string mirrorPath)
    {
        if (IsUnstored)
        {
            using var tree = CommitTree.Open(mirrorPath, state.State.Revision!.Id);
            Save(state, tree);
        }
    }

    /// <summary>
    /// Adds a pass to the history, unless it changed nothing and says nothing new: a server that is away for a day, or a commit that is held, is one line of it, not a thousand.
    /// </summary>
    public void Remember(PassResult result)
    {
        var repeats = result.Error is not null && result.Error == lastError;
        lastError = result.Error;
        if (result.Outcome == PassOutcome.Unchanged || repeats)
        {
            return;
        }

        // What is held is told by the row of the pass that found it.
        var told = result.Held == lastHeld ? result with { Held = null } : result;
        lastHeld = result.Held;
        try
        {
            store.AppendHistory(PassHistory.Of(told));
        }
        catch (StoreException e)
        {
            // Of a store that cannot be written it is said once, of the state.
            if (!IsUnstored)
            {
                Log.HistoryNotStored(logger, e.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Sync + 11, LogLevel.Error, "The state is applied but could not be stored, a restart would begin with the one before: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);

        [LoggerMessage(EventIds.Sync + 12, LogLevel.Information, "The state in force is stored again, after {Seconds} s")]
        public static partial void StoredAgain(ILogger logger, long seconds);

        [LoggerMessage(EventIds.Sync + 13, LogLevel.Warning, "A pass could not be written into the history: {Reason}")]
        public static partial void HistoryNotStored(ILogger logger, string reason);
    }
}
