using Tidegate.Git;
using Tidegate.State;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Stores what is in force and what passes did, together and away from the pass: a disk that is full or does not answer keeps nothing from taking effect. It is
/// said, and tried again with every pass. What a state takes away is also written into a file whose space is reserved, so that a restart from an older state
/// gives none of it back.
/// </summary>
internal sealed partial class StateKeeper(StateStore store, string mirrorPath, TimeProvider time, ILogger<Reconciler> logger)
{
    /// <summary>How long a pass waits for the store before it says that the state is not stored yet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly System.Threading.Lock gate = new();
    private readonly FailureRun storing = new(time);
    private readonly LatestWorker states = new(time);
    private readonly LatestWorker narrowings = new(time);
    private readonly PassesToStore passes = new();
    private Numbered latest = new(AppliedState.None, 0);
    private Numbered stored = new(AppliedState.None, 0);
    private long sequence;
    private bool recordSaysSomething;
    private string? failure;
    private string? mirrorDamage;

    /// <summary>Begins with what the last process stored.</summary>
    /// <param name="record">What is in the reserved file; null for nothing.</param>
    public void Continue(AppliedState restored, long number, NarrowingRecord? record)
    {
        lock (gate)
        {
            latest = stored = new(restored, number);
            sequence = record is { IsUnreadable: false } ? Math.Max(number, record.Sequence) : number;
            recordSaysSomething = record is not null;
            passes.Continue(restored.State.Held);
        }
    }

    /// <summary>Stores a state that has been put in force, if there is one, and what is not stored yet of before; waits for it, but not long.</summary>
    /// <returns>Why the state in force is not stored; null when it is.</returns>
    public async Task<string?> KeepAsync(AppliedState? next, PassResult pass, CancellationToken cancellationToken)
    {
        var isBehind = states.Busy > Patience;
        Task writing;
        lock (gate)
        {
            passes.Add(pass);
            var narrowed = next is null ? Task.CompletedTask : Narrow(next);
            var isDue = latest.Sequence > stored.Sequence || passes.Any;
            writing = Task.WhenAll(narrowed, isDue ? states.Do(Store) : Task.CompletedTask);
        }

        if (!isBehind)
        {
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(writing, Task.Delay(Patience, time, wait.Token));
            await wait.CancelAsync();
        }

        var reason = WhyNotStored();
        if (reason is not null && storing.Failed(states.Busy is null ? reason : Silent, out _) != FailureNews.None)
        {
            Log.NotStored(logger, reason);
        }

        return reason;
    }

    /// <returns>Why the state in force is not stored, when it should be by now; null when all is well.</returns>
    public string? WhyNotStored()
    {
        var busy = states.Busy;
        lock (gate)
        {
            return latest.Sequence == stored.Sequence ? null : busy > Patience ? $"{Silent} for {busy.Value.TotalSeconds:0} s" : failure;
        }
    }

    /// <summary>Why the mirror could not give what is to be stored; told once.</summary>
    public string? TakeMirrorDamage()
    {
        lock (gate)
        {
            var damage = mirrorDamage;
            mirrorDamage = null;
            return damage;
        }
    }

    private static string Silent => "the disk that holds data_dir has not answered";

    /// <summary>Notes what the stored state allows and this one does not. A first state has none before it that a restart could begin with.</summary>
    private Task Narrow(AppliedState next)
    {
        latest = new(next, ++sequence);
        var narrowing = stored.State.State.Revision is null ? Narrowing.None : Narrowing.Between(stored.State.State, next.State);
        if (narrowing.IsEmpty && !recordSaysSomething)
        {
            return Task.CompletedTask;
        }

        recordSaysSomething = !narrowing.IsEmpty;
        var record = NarrowingRecord.Of(sequence, next.State, narrowing);
        return narrowings.Do(() => WriteRecord(record));
    }

    private void WriteRecord(byte[] record)
    {
        try
        {
            store.Narrowed.Write(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NarrowingNotWritten(logger, store.Narrowed.Path, e.Message);
        }
    }

    private void Store()
    {
        Numbered? target;
        IReadOnlyList<PassRecord> rows;
        lock (gate)
        {
            target = latest.Sequence > stored.Sequence ? latest : null;
            rows = passes.Rows;
        }

        try
        {
            Write(target, rows);
        }
        catch (Exception e)
        {
            Failed(target, e);
            return;
        }

        lock (gate)
        {
            passes.Stored(rows);
            failure = null;
            if (target is not null)
            {
                stored = target.WithoutContents;
                latest = ReferenceEquals(latest, target) ? stored : latest;
            }
        }

        if (target is not null && storing.Succeeded(out var span))
        {
            Log.StoredAgain(logger, (long)span.Lasted.TotalSeconds);
        }
    }

    private void Write(Numbered? target, IReadOnlyList<PassRecord> rows)
    {
        if (target is null)
        {
            store.Write(null, static _ => null, rows);
            return;
        }

        CommitTree? tree = null;
        try
        {
            var (state, number) = target;
            var applied = new Applied(state.State.Revision!, AppliedFiles.Of(state.Files)) { Source = state.Source?.Stored, Details = AppliedDetails.Of(state.State, number) };
            store.Write(applied, AppliedFiles.ContentsOf(state.Files, () => tree ??= CommitTree.Open(mirrorPath, state.State.Revision!.Id)), rows);
        }
        finally
        {
            tree?.Dispose();
        }
    }

    private void Failed(Numbered? target, Exception reason)
    {
        lock (gate)
        {
            failure = target is null ? failure : reason.Message;
            mirrorDamage = reason is DamagedMirrorException ? reason.Message : mirrorDamage;

            // What could not be stored is not kept in memory either: it is read again.
            latest = ReferenceEquals(latest, target) ? target!.WithoutContents : latest;
        }

        if (target is null)
        {
            Log.HistoryNotStored(logger, reason.Message);
        }
        else if (storing.Failed(reason.Message, out _) != FailureNews.None)
        {
            Log.NotStored(logger, reason.Message);
        }
    }

    /// <param name="Sequence">Counts the states that were put in force, over restarts.</param>
    private sealed record Numbered(AppliedState State, long Sequence)
    {
        public Numbered WithoutContents => this with { State = State with { Files = State.Files with { Fresh = LoadedFiles.None.Fresh } } };
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Sync + 11, LogLevel.Error, "The state is applied but could not be stored, a restart would begin with the one before: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);

        [LoggerMessage(EventIds.Sync + 12, LogLevel.Information, "The state in force is stored again, after {Seconds} s")]
        public static partial void StoredAgain(ILogger logger, long seconds);

        [LoggerMessage(EventIds.Sync + 13, LogLevel.Warning, "A pass could not be written into the history: {Reason}")]
        public static partial void HistoryNotStored(ILogger logger, string reason);

        [LoggerMessage(EventIds.Sync + 61, LogLevel.Error, "What the state takes away could not be written to {File}, so that a restart without git may give it back: {Reason}")]
        public static partial void NarrowingNotWritten(ILogger logger, string file, string reason);
    }
}
