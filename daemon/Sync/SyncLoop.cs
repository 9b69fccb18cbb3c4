using System.Threading.Channels;
using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Runs passes one at a time: when their time has come, when something triggers one, when something in force expires. Requests that arrive
/// while a pass runs share the next one. What needs no fetch, and may take access away, waits for none: it is done while one is under way.
/// </summary>
internal sealed class SyncLoop
{
    /// <summary>What building and storing the largest states may take, and then some: too early means a restart for nothing.</summary>
    private static readonly TimeSpan PassMargin = TimeSpan.FromMinutes(5);

    /// <summary>A timer on a busy host comes late.</summary>
    private static readonly TimeSpan WaitMargin = TimeSpan.FromSeconds(30);

    /// <summary>How often the clock, which may be set, is looked at beside a fetch.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly Reconciler reconciler;
    private readonly TimeProvider time;
    private readonly PassReport report;
    private readonly LoopPulse pulse;
    private readonly LoopPulse part;
    private readonly LoopPulse localPart;
    private readonly Channel<Asked> requests = Channel.CreateUnbounded<Asked>(new() { SingleReader = true });
    private readonly Channel<PassRequest> localRequests = Channel.CreateUnbounded<PassRequest>(new() { SingleReader = true });
    private volatile SyncSchedule schedule;
    private volatile PassResult? lastPass;
    private bool isExpiryStuck;
    private int failures;
    private long nextPassTicks;

    public SyncLoop(Reconciler reconciler, SyncSchedule schedule, TimeProvider time, ILogger<SyncLoop> logger)
    {
        this.reconciler = reconciler;
        this.schedule = schedule;
        this.time = time;
        report = new(time, logger);
        pulse = new("sync loop", time);
        part = new("sync loop", time);
        localPart = new("sync loop", time);
    }

    /// <summary>The last pass that asked the repository, whatever came of it; null before the first.</summary>
    public PassResult? LastPass => lastPass;

    /// <summary>Raised after each pass, on the thread of the loop; handlers must not block and must not throw.</summary>
    public event Action<PassResult>? Passed;

    /// <summary>Passes that failed one after the other, the last one included.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>When the next pass is due by itself; null before the first.</summary>
    public DateTimeOffset? NextPassAt => Interlocked.Read(ref nextPassTicks) is var ticks and > 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <returns>Null when the loop lives, also while a pass takes as long as it may; else what is wrong with it.</returns>
    public string? WhyNotAlive() => pulse.WhyNotAlive();

    /// <returns>
    /// Null when all is well; else what takes longer than it should: a part of a pass, or storing what is in force. Sooner than <see cref="WhyNotAlive"/>, since a
    /// restart would not help.
    /// </returns>
    public string? WhyLate() => part.WhyNotAlive() ?? localPart.WhyNotAlive() ?? (reconciler.WhyNotStored() is { } reason ? $"the state in force is not stored, a restart without git would begin with an older one: {reason}" : null);

    /// <summary>Where the manifests come from, without any secret.</summary>
    public string Repository => reconciler.Options.Repository.Url;

    /// <summary>Whose commits passes apply.</summary>
    public RepositorySource Source => reconciler.Options.Source;

    /// <summary>Why the commit that the configured tag names now is not followed; null when nothing is held.</summary>
    public string? HeldTagMove => reconciler.HeldTagMove;

    /// <summary>Whose state is in force; null while there is none.</summary>
    public RepositorySource? Served => reconciler.Source;

    /// <summary>The last passes that changed something or failed, newest first.</summary>
    public IReadOnlyList<PassResult> History(int limit) => reconciler.History(limit);

    public PlanPreview PreviewFiles(IReadOnlyList<(string Path, byte[] Content)> files, IReadOnlyList<Problem> unread) => reconciler.PreviewFiles(files, unread);

    public Task<PlanPreview> PreviewRevisionAsync(RevisionRange range, CancellationToken cancellationToken) => reconciler.PreviewRevisionAsync(range, cancellationToken);

    /// <summary>Asks for a pass without waiting for it.</summary>
    public void Trigger(PassRequest request) => _ = request.Fetches ? requests.Writer.TryWrite(new(request, null)) : localRequests.Writer.TryWrite(request);

    /// <summary>Asks for a pass and waits for its result.</summary>
    public Task<PassResult> SyncNowAsync(PassRequest request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PassResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Writer.TryWrite(new(request, answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes over a reloaded configuration: it is applied to what is in force at once, and then git is asked.</summary>
    public void Reconfigure(SyncSchedule changed, SyncOptions options)
    {
        schedule = changed;
        reconciler.Reconfigure(options);
        Trigger(new("reload", Fetches: false));
        Trigger(new("reload"));
    }

    /// <summary>Runs until cancelled. A pass that fails in an unexpected way is logged and tried again, as any other failure.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var isTime = await IdleAsync(cancellationToken);
                if (TakeLocal() is { } local)
                {
                    await PassAsync(local, cancellationToken);
                }
                else if (Take(isTime) is var (request, waiting))
                {
                    var result = await PassAsync(request, cancellationToken);
                    waiting.ForEach(answer => answer.TrySetResult(result));
                }
            }
        }
        finally
        {
            pulse.Ends();
        }
    }

    /// <summary>One pass, by itself while the loop does not run: the first one decides whether the daemon can start.</summary>
    public async Task<PassResult> PassAsync(PassRequest request, CancellationToken cancellationToken)
    {
        BeginsPass();
        var result = await reconciler.ExecuteAsync(new(request) { Began = part.Begins, Meanwhile = fetch => BesideAsync(fetch, cancellationToken) }, cancellationToken);
        part.Begins("waiting", TimeSpan.MaxValue);
        return Ended(result);
    }

    /// <summary>Waits for the end of a fetch, or for what needs none, and does that.</summary>
    private async Task BesideAsync(Task fetch, CancellationToken cancellationToken)
    {
        // The fetch has a deadline of its own, which grows with each that passes.
        BeginsPass();
        var look = PauseUntil(Expiry ?? DateTimeOffset.MaxValue);
        await FirstOfAsync(fetch, look < LongestLook ? look : LongestLook, cancellationToken);
        if (TakeLocal() is not { } request)
        {
            return;
        }

        try
        {
            Ended(await reconciler.ExecuteAsync(new(request) { Began = localPart.Begins }, cancellationToken));
        }
        finally
        {
            localPart.Begins("waiting", TimeSpan.MaxValue);
        }
    }

    /// <summary>Twice: a damaged mirror is cloned anew within the same pass.</summary>
    private void BeginsPass() => pulse.Begins("in one pass", (2 * reconciler.Options.Repository.Timeout) + PassMargin);

    private PassResult Ended(PassResult result)
    {
        // What an expiry pass did not get done is tried again by one that fetches, not without a pause.
        isExpiryStuck = result.IsLocal && reconciler.NextExpiry <= time.GetUtcNow();
        if (!result.IsLocal)
        {
            failures = result.Outcome is PassOutcome.Unreachable or PassOutcome.Rejected ? failures + 1 : 0;
            lastPass = result;
            var pause = schedule.Pause(failures, Random.Shared.NextDouble());
            Interlocked.Exchange(ref nextPassTicks, (time.GetUtcNow() + pause).UtcTicks);
        }

        report.Write(result);
        Passed?.Invoke(result);
        return result;
    }

    /// <summary>When something in force expires and is to be taken out of it without a fetch; null when nothing is.</summary>
    private DateTimeOffset? Expiry => isExpiryStuck ? null : reconciler.NextExpiry;

    private DateTimeOffset NextFetch => NextPassAt ?? DateTimeOffset.MinValue;

    private TimeSpan PauseUntil(DateTimeOffset when) => when - time.GetUtcNow() is var pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero;

    /// <summary>Waits for a request or the time.</summary>
    /// <returns>Whether the pause before the next fetch is over; what the clock says then is no matter, since it may have been set back.</returns>
    private async Task<bool> IdleAsync(CancellationToken cancellationToken)
    {
        var (expiry, fetch) = (PauseUntil(Expiry ?? DateTimeOffset.MaxValue), PauseUntil(NextFetch));
        var pause = expiry < fetch ? expiry : fetch;
        pulse.Begins("waiting for its next pass", pause + WaitMargin);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isOver = await FirstOfAsync(requests.Reader.WaitToReadAsync(asked.Token).AsTask(), pause, cancellationToken);
        await asked.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return isOver && fetch <= expiry;
    }

    /// <summary>Waits for a task, a request without a fetch, or the time; also ends when it is cancelled.</summary>
    /// <returns>Whether it was the time.</returns>
    private async Task<bool> FirstOfAsync(Task task, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(pause, time, over.Token);
        var first = await Task.WhenAny(task, localRequests.Reader.WaitToReadAsync(over.Token).AsTask(), timer);
        await over.CancelAsync();
        return first == timer;
    }

    /// <summary>Takes every request without a fetch that is there, or what has expired; null for nothing.</summary>
    private PassRequest? TakeLocal()
    {
        PassRequest? request = null;
        while (localRequests.Reader.TryRead(out var asked))
        {
            request ??= asked;
        }

        return request ?? (Expiry <= time.GetUtcNow() ? new("expiry", Fetches: false) : null);
    }

    /// <summary>Takes every request with a fetch that one pass can answer, or the pass whose time has come; null for nothing.</summary>
    private (PassRequest Request, List<TaskCompletionSource<PassResult>> Waiting)? Take(bool isTime)
    {
        var waiting = new List<TaskCompletionSource<PassResult>>();
        var request = (PassRequest?)null;
        while (requests.Reader.TryPeek(out var asked) && request?.GoesWith(asked.Request) != false && requests.Reader.TryRead(out asked))
        {
            request = request?.And(asked.Request) ?? asked.Request;
            if (asked.Answer is not null)
            {
                waiting.Add(asked.Answer);
            }
        }

        request ??= isTime ? new("interval") : null;
        return request is null ? null : (request, waiting);
    }

    private sealed record Asked(PassRequest Request, TaskCompletionSource<PassResult>? Answer);
}
