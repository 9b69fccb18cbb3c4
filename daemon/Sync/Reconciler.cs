using Tidegate.Git;
using Tidegate.Registry;
using Tidegate.State;
using Tidegate.Store;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// One pass: fetch, load, build, compare, guard, apply, store. Whatever goes wrong before it is applied leaves what is in force untouched; storing keeps nothing up.
/// One pass at a time, but for passes without a fetch that run while another one fetches; previews may run beside it.
/// </summary>
internal sealed partial class Reconciler
{
    /// <summary>What a part of a pass may take beyond its own limit.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>The largest states take a second or two; a disk that is busy some more.</summary>
    private static readonly TimeSpan BuildTime = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StoreTime = StateKeeper.Patience + Margin;

    private readonly GitFetcher fetcher;
    private readonly PreviewMirror previews;
    private readonly StateStore store;
    private readonly StateKeeper keeper;
    private readonly ClusterRegistry registry;
    private readonly TimeProvider time;
    private readonly ILogger<Reconciler> logger;
    private volatile AppliedState applied = AppliedState.None;
    private volatile SyncOptions options;
    private SyncOptions? builtWith;
    private string? unexpected;
    private volatile string? heldTagMove;

    public Reconciler(
        GitMirrors mirrors, StateStore store, ClusterRegistry registry, SyncOptions options, TimeProvider time, ILogger<Reconciler> logger)
    {
        fetcher = mirrors.Main;
        previews = new(mirrors.Preview);
        this.store = store;
        this.registry = registry;
        this.options = options;
        this.time = time;
        this.logger = logger;
        keeper = new(store, mirrors.Main.MirrorPath, time, logger);
    }

    public SyncOptions Options => options;

    /// <summary>When something in force expires; null when nothing does.</summary>
    public DateTimeOffset? NextExpiry => applied.State.NextExpiry;

    /// <summary>Why the commit that the configured tag names now is not followed; null when nothing is held.</summary>
    public string? HeldTagMove => heldTagMove;

    /// <summary>Whose state is in force, which is another's than the configuration names until a commit of that one is applied; null when there is none.</summary>
    public RepositorySource? Source => applied.Source;

    /// <returns>Why the state in force is not stored, when it should be by now.</returns>
    public string? WhyNotStored() => keeper.WhyNotStored();

    /// <summary>The folder of the mirror that passes read.</summary>
    public string MirrorPath => fetcher.MirrorPath;

    /// <summary>Puts in force what the last process had in force. False when there was nothing.</summary>
    public bool Restore()
    {
        var record = NarrowingRecord.Read(store.Narrowed);
        if (store.ReadApplied() is not { } stored)
        {
            keeper.Continue(AppliedState.None, 0, record);
            return false;
        }

        var current = options;
        var source = RepositorySource.FromStored(stored.Source) ?? current.Source.OfEarlierVersion(fetcher.MirrorPath);
        var restored = AppliedState.Restore(stored, source, current.Build, time.GetUtcNow());
        var number = AppliedDetails.SequenceOf(stored.Details);
        Apply(record?.Sequence > number ? restored.Narrowed(record, store.Narrowed.Path) : restored, current);
        keeper.Continue(restored, number, record);
        ReportOtherSource(current);
        return true;
    }

    /// <summary>Takes over a reloaded configuration; the next pass applies it, and a fetch from a repository that it no longer names ends.</summary>
    public void Reconfigure(SyncOptions changed)
    {
        var isOther = options.Source != changed.Source;
        options = changed;
        if (isOther)
        {
            ReportOtherSource(changed);
        }
    }

    /// <summary>Runs a pass that waits for its fetch. Never throws but for cancellation: every failure is a result.</summary>
    public Task<PassResult> RunAsync(PassRequest request, CancellationToken cancellationToken) => ExecuteAsync(new(request), cancellationToken);

    /// <summary>Runs a pass. Never throws but for cancellation: every failure is a result.</summary>
    public async Task<PassResult> ExecuteAsync(PassRun run, CancellationToken cancellationToken)
    {
        var request = run.Request;
        var startedAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        Outcome outcome;
        try
        {
            outcome = await PassOnSoundMirrorAsync(run, cancellationToken);
            unexpected = null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (e.Message != unexpected)
            {
                Log.Unexpected(logger, e);
            }

            unexpected = e.Message;
            outcome = new(PassOutcome.Rejected, null, new([]), [], $"the pass met an unexpected error: {e.Message}");
        }

        var result = new PassResult(
            outcome.Kind, request.Trigger, outcome.Revision, outcome.Plan, outcome.Problems, outcome.Error, startedAt, time.GetElapsedTime(started))
        {
            IsLocal = !request.Fetches,
            FetchDuration = outcome.FetchDuration,
            IsTagMove = outcome.IsTagMove,
            Notes = outcome.Notes,
            Held = applied.State.Held,
            ConfirmationRefusal = outcome.ConfirmationRefusal,
        };
        run.Began("storing", StoreTime);
        return result with { NotStored = await keeper.KeepAsync(outcome.Next, result, cancellationToken) };
    }

    /// <summary>The last passes that changed something or failed, newest first.</summary>
    public IReadOnlyList<PassResult> History(int limit) => [.. store.ReadHistory(limit).Select(PassHistory.Of)];

    /// <summary>What a folder's files would change.</summary>
    /// <param name="unread">What is in it and not read.</param>
    public PlanPreview PreviewFiles(IReadOnlyList<(string Path, byte[] Content)> files, IReadOnlyList<Problem> unread) =>
        new PreviewPass(applied, options, previews, time.GetUtcNow()).OfFiles(files, unread);

    /// <summary>What a revision would change against what is in force, or against another revision.</summary>
    public Task<PlanPreview> PreviewRevisionAsync(RevisionRange range, CancellationToken cancellationToken) =>
        new PreviewPass(applied, options, previews, time.GetUtcNow()).OfRevisionAsync(range, cancellationToken);

    /// <param name="fetched">What the repository names; null when nobody asked it, and what is in force is built anew.</param>
    private Outcome Pass(PassRun run, SyncOptions current, Revision? fetched, TimeSpan fetching)
    {
        var request = run.Request;
        var before = applied;
        if ((fetched ?? before.State.Revision) is not { } revision)
        {
            return new(PassOutcome.Unchanged, null, new([]), before.State.Problems, null);
        }

        var source = fetched is null ? before.Source! : current.Source;
        if (fetched is not null)
        {
            heldTagMove = current.Repository.AllowTagMove ? null : TagMove.Refusal(source, before, revision, request.AcceptsTagMove);
            if (heldTagMove is { } held)
            {
                return HeldByTag(revision, held, before, current) with { FetchDuration = fetching };
            }
        }

        run.Began("reading and applying a commit", BuildTime);
        var refusal = request.Confirms is { } confirmed ? RemovalConfirmation.Refusal(confirmed, before.State.Held, revision) : null;
        var isConfirmed = request.Confirms is not null && refusal is null && before.State.Held is not null;
        if (revision.Id == before.State.Revision?.Id && source == before.Source && ReferenceEquals(current, builtWith) && !HasExpired(before) && !isConfirmed && !IsKnownAnew(before, request))
        {
            return new(PassOutcome.Unchanged, revision, new([]), before.State.Problems, null) { FetchDuration = fetching, ConfirmationRefusal = refusal };
        }

        return Reconcile(new(revision, source, before, before.BasisFor(source)) { IsRead = fetched is null }, current, request) with { FetchDuration = fetching };
    }

    /// <summary>What is in force stays, but for what a changed configuration and the time make of it.</summary>
    private Outcome HeldByTag(Revision revision, string held, AppliedState before, SyncOptions current)
    {
        AppliedState? next = null;
        if (!ReferenceEquals(current, builtWith) || HasExpired(before))
        {
            next = Reconcile(new(before.State.Revision!, before.Source!, before, before) { IsRead = true }, current, new("tag", Fetches: false)).Next;
        }

        return Rejected(revision, applied, held) with { IsTagMove = true, Next = next };
    }

    private Outcome Reconcile(Step step, SyncOptions current, PassRequest request)
    {
        var (revision, source, before, basis) = step;
        var isOtherSource = source != before.Source;
        var isSameCommit = !isOtherSource && revision.Id == before.State.Revision?.Id;

        var isRead = isSameCommit && (step.IsRead || before.Files.Listing?.Path == source.Folder);
        using var tree = isRead ? null : CommitTree.Open(fetcher.MirrorPath, revision.Id);
        var files = tree is null ? before.Files : ManifestLoader.Load(tree, source.Folder, basis.Files);
        if (files.Listing is { PathExists: false })
        {
            return Rejected(revision, before, current.NoFolder(revision));
        }

        var now = time.GetUtcNow();
        var possible = NextState.Of(revision, files.Resources, new(before.State, basis.State), current.Build, current.Prune, now, files.Listing is null ? Staying.Of(before.State) : null);
        var refusal = request.Confirms is { } confirmed ? RemovalConfirmation.Refusal(confirmed, possible.Refused ?? possible.Guarded.Held, revision) : null;
        var isConfirmed = request.Confirms is not null && refusal is null;
        if (possible.Refused is { } emptied && !isConfirmed)
        {
            return Rejected(revision, before, emptied.OfOtherSource()) with { ConfirmationRefusal = refusal };
        }

        var state = isConfirmed ? possible.Wanted : possible.Guarded;
        var plan = Differ.Diff(before.State, state);
        state = request.Fetches || before.State.Unstored.Count == 0 ? state : before.WithUnstored(state);
        var next = new AppliedState(state, files.Retaining(state, basis.Files)) { Source = source };
        Apply(next, current);
        return new(PassOutcome.Applied, revision, plan, state.Problems, null)
        {
            Notes = isSameCommit ? [] : PassNote.Of(before, source, tree!),
            ConfirmationRefusal = refusal,
            Next = next,
        };
    }

    /// <summary>The state's last step: from here on it decides about requests, those under way included.</summary>
    private void Apply(AppliedState next, SyncOptions current)
    {
        applied = next with { Files = next.Files with { Fresh = LoadedFiles.None.Fresh } };
        builtWith = current;
        registry.Apply(next.State);
    }

    /// <summary>Whether git has answered for the first time since a start: what is in force comes from the store, which may be older, and says nothing of files that could not be read.</summary>
    private static bool IsKnownAnew(AppliedState before, PassRequest request) => request.Fetches && (before.State.Unstored.Count > 0 || before.Files.Listing is null);

    private bool HasExpired(AppliedState state) => !state.State.IsValidAt(time.GetUtcNow());

    private static Outcome Rejected(Revision revision, AppliedState before, string error) =>
        new(PassOutcome.Rejected, revision, new([]), before.State.Problems, error);

    /// <summary>Says that the state in force is not of the source that the configuration names, when it is so.</summary>
    private void ReportOtherSource(SyncOptions current)
    {
        if (applied.Source is { } source && source != current.Source)
        {
            Log.OtherSource(logger, current.Source.ToString(), source.ToString());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.Sync + 10, LogLevel.Error, "A pass met an unexpected error; what is in force stays")]
        public static partial void Unexpected(ILogger logger, Exception exception);

        [LoggerMessage(EventIds.Sync + 40, LogLevel.Warning, "The configuration names {Source}; until a commit of it is applied, the state of {Served} stays in force")]
        public static partial void OtherSource(ILogger logger, string source, string served);
    }
}
