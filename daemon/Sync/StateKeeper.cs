using Tidegate.Git;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Stores what is in force and what passes did. A store that cannot be written keeps nothing from taking effect: it is said, and tried again with every pass.
/// </summary>
internal sealed partial class StateKeeper(StateStore store, TimeProvider time, ILogger<Reconciler> logger)
{
    private readonly FailureRun storing = new(time);
    private bool isUnstored;
    private string? lastError;

    /// <summary>Stores a state before it is applied, so that a restart never goes back.</summary>
    /// <param name="tree">Of its commit; null when nothing was read anew.</param>
    public void Save(AppliedState state, CommitTree? tree)
    {
        try
        {
            store.WriteApplied(new(state.State.Revision!, AppliedFiles.Of(state.Files)), AppliedFiles.ContentsOf(state.Files, tree));
        }
        catch (StoreException e)
        {
            isUnstored = true;
            if (storing.Failed(e.Message, out _) != FailureNews.None)
            {
                Log.NotStored(logger, e.Message);
            }

            return;
        }

        isUnstored = false;
        if (storing.Succeeded(out var span))
        {
            Log.StoredAgain(logger, (long)span.Lasted.TotalSeconds);
        }
    }

    /// <summary>Stores the state in force if that could not be done before, because the disk was full for instance.</summary>
    /// <exception cref="DamagedMirrorException">Its files cannot be read any more.</exception>
    public void SaveAgain(AppliedState state, string mirrorPath)
    {
        if (isUnstored)
        {
            using var tree = CommitTree.Open(mirrorPath, state.State.Revision!.Id);
            Save(state, tree);
        }
    }

    /// <summary>Adds a pass to the history, unless it changed nothing and says nothing new.</summary>
    public void Remember(PassResult result)
    {
        if (result.Outcome == PassOutcome.Unchanged || (result.Outcome == PassOutcome.Unreachable && IsRepeated(result)))
        {
            return;
        }

        try
        {
            store.AppendHistory(PassHistory.Of(result));
        }
        catch (StoreException e)
        {
            // Of a store that cannot be written it is said once, of the state.
            if (!isUnstored)
            {
                Log.HistoryNotStored(logger, e.Message);
            }
        }
    }

    /// <summary>A server that is away for a day is one line of the history, not a thousand.</summary>
    private bool IsRepeated(PassResult result)
    {
        var repeated = result.Error == lastError;
        lastError = result.Error;
        return repeated;
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
