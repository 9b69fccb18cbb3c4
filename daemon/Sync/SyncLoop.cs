using System.Threading.Channels;

namespace Tidegate.Sync;

/// <summary>
/// Runs passes one at a time: when their time has come, when something triggers one, when something in force expires. Requests that arrive
/// while a pass runs share the next one.
/// </summary>
internal sealed partial class SyncLoop
{
    /// <summary>What building and storing the largest states may take, and then some: too early means a restart for nothing.</summary>
    private static readonly TimeSpan PassMargin = TimeSpan.FromMinutes(5);

    /// <summary>A timer on a busy host comes late.</summary>
    private static readonly TimeSpan WaitMargin = TimeSpan.FromSeconds(30);

    private readonly Reconciler reconciler;
    private readonly TimeProvider time;
    private readonly ILogger<SyncLoop> logger;
    private readonly LoopPulse pulse;
    private readonly Channel<Asked> requests = Channel.CreateUnbounded<Asked>(new() { SingleReader = true });
    private volatile SyncSchedule schedule;
    private volatile PassResult? lastPass;
    private int failures;
    private long nextPassTicks;

    public SyncLoop(Reconciler reconciler, SyncSchedule schedule, TimeProvider time, ILogger<SyncLoop> logger)
    {
        this.reconciler = reconciler;
        this.schedule = schedule;
        this.time = time;
        this.logger = logger;
        pulse = new("sync loop", time);
    }

    /// <summary>The last pass, whatever came of it; null before the first.</summary>
    public PassResult? LastPass => lastPass;

    /// <summary>Raised after each pass, on the thread of the loop; handlers must not block and must not throw.</summary>
    public event Action<PassResult>? Passed;

    /// <summary>
    /// Whether the loop goes on: a pass ends within its time, and the next begins within its own. True before the first pass. Counts by a clock that nobody sets.
    /// </summary>
    public bool IsAlive => WhyNotAlive() is null;

    /// <summary>Passes that failed one after the other, the last one included.</summary>
    public int Failures => Volatile.Read(ref failures);

    /// <summary>When the next pass is due by itself; null before the first.</summary>
    public DateTimeOffset? NextPassAt => Interlocked.Read(ref nextPassTicks) is var ticks and > 0 ? new(ticks, TimeSpan.Zero) : null;

    /// <returns>Null when the loop lives, also while a pass takes as long as it may; else what is wrong with it.</returns>
    public string? WhyNotAlive() => pulse.WhyNotAlive();

    /// <summary>Where the manifests come from, without any secret.</summary>
    public string Repository => reconciler.Options.Repository.Url;

    /// <summary>The last passes that changed something or failed, newest first.</summary>
    public IReadOnlyList<PassResult> History(int limit) => reconciler.History(limit);

    public PlanPreview PreviewFiles(IReadOnlyList<(string Path, byte[] Content)> files) => reconciler.PreviewFiles(files);

    public Task<PlanPreview> PreviewRevisionAsync(string? revision, CancellationToken cancellationToken) =>
        reconciler.PreviewRevisionAsync(revision, cancellationToken);

    /// <summary>Asks for a pass without waiting for it.</summary>
    public void Trigger(PassRequest request) => requests.Writer.TryWrite(new(request, null));

    /// <summary>Asks for a pass and waits for its result.</summary>
    public Task<PassResult> SyncNowAsync(string trigger, bool confirmsRemoval, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PassResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Writer.TryWrite(new(new(trigger, ConfirmsRemoval: confirmsRemoval), answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes over a reloaded configuration; the pass that follows applies it.</summary>
    public void Reconfigure(SyncSchedule changed, SyncOptions options)
    {
        schedule = changed;
        reconciler.Options = options;
        Trigger(new("reload"));
    }

    /// <summary>The first pass, which decides whether the daemon can start.</summary>
    public async Task<PassResult> FirstPassAsync(CancellationToken cancellationToken) => await PassAsync(new("start"), cancellationToken);

    /// <summary>Runs until cancelled. A pass that fails in an unexpected way is logged and tried again, as any other failure.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var (request, waiting) = await NextAsync(cancellationToken);
                var result = await PassAsync(request, cancellationToken);
                foreach (var answer in waiting)
                {
                    answer.TrySetResult(result);
                }
            }
        }
        finally
        {
            pulse.Ends();
        }
    }

    private async Task<PassResult> PassAsync(PassRequest request, CancellationToken cancellationToken)
    {
        // Twice: a damaged mirror is cloned anew within the same pass.
        pulse.Begins("in one pass", (2 * reconciler.Options.Repository.Timeout) + PassMargin);
        var result = await reconciler.RunAsync(request, cancellationToken);
        var failed = result.Outcome is PassOutcome.Unreachable or PassOutcome.Rejected;
        failures = failed ? failures + 1 : 0;
        lastPass = result;
        var pause = schedule.Pause(failures, Random.Shared.NextDouble());
        Interlocked.Exchange(ref nextPassTicks, (time.GetUtcNow() + pause).UtcTicks);
        Report(result);
        Passed?.Invoke(result);
        return result;
    }

    /// <summary>Waits for a request or the time, and takes every request that is there.</summary>
    private async Task<(PassRequest Request, List<TaskCompletionSource<PassResult>> Waiting)> NextAsync(CancellationToken cancellationToken)
    {
        var (due, trigger) = Due();
        pulse.Begins("waiting for its next pass", due + WaitMargin);
        using var timer = new CancellationTokenSource(due, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await requests.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new(trigger, Fetches: trigger != "expiry"), []);
        }

        var waiting = new List<TaskCompletionSource<PassResult>>();
        var request = (PassRequest?)null;
        while (requests.Reader.TryRead(out var asked))
        {
            request = request?.And(asked.Request) ?? asked.Request;
            if (asked.Answer is not null)
            {
                waiting.Add(asked.Answer);
            }
        }

        return (request!, waiting);
    }

    private (TimeSpan Pause, string Trigger) Due()
    {
        var now = time.GetUtcNow();
        var next = NextPassAt ?? now;
        var (when, trigger) = reconciler.NextExpiry is { } expiry && expiry < next ? (expiry, "expiry") : (next, "interval");
        return (when > now ? when - now : TimeSpan.Zero, trigger);
    }

    private void Report(PassResult result)
    {
        foreach (var problem in result.Outcome == PassOutcome.Unchanged ? [] : result.Problems)
        {
            Log.ManifestProblem(logger, problem.ToString(), problem.KeepsLastGood ? "; its last good version stays in force" : "");
        }

        foreach (var change in result.Plan.Changes)
        {
            Log.Changed(logger, change.ResourceKind, change.Name, change.Kind switch
            {
                State.ChangeKind.Create => "created",
                State.ChangeKind.Update => "updated",
                _ => "deleted",
            });
        }

        var milliseconds = (long)result.Duration.TotalMilliseconds;
        switch (result.Outcome)
        {
            case PassOutcome.Applied:
                Log.Applied(logger, result.Revision!.Short, result.Revision.Subject, result.Plan.Changes.Count, result.Problems.Count, milliseconds,
                    (long)result.FetchDuration.TotalMilliseconds);
                break;
            case PassOutcome.Unchanged:
                Log.Unchanged(logger, result.Revision?.Short ?? "", milliseconds);
                break;
            default:
                Log.Failed(logger, result.Trigger, failures, result.Error!);
                break;
        }
    }

    private sealed record Asked(PassRequest Request, TaskCompletionSource<PassResult>? Answer);

    private static partial class Log
    {
        [LoggerMessage(EventIds.Sync + 1, LogLevel.Information, "Applied commit {Revision} \"{Subject}\": {Changes} changes, {Problems} problems, {Milliseconds} ms, {FetchMilliseconds} of them to fetch it")]
        public static partial void Applied(ILogger logger, string revision, string subject, int changes, int problems, long milliseconds, long fetchMilliseconds);

        [LoggerMessage(EventIds.Sync + 2, LogLevel.Debug, "Nothing new: commit {Revision} is in force ({Milliseconds} ms)")]
        public static partial void Unchanged(ILogger logger, string revision, long milliseconds);

        [LoggerMessage(EventIds.Sync + 3, LogLevel.Error, "The pass ({Trigger}) failed, failure {Failures} in a row; what is in force stays: {Reason}")]
        public static partial void Failed(ILogger logger, string trigger, int failures, string reason);

        [LoggerMessage(EventIds.Sync + 4, LogLevel.Information, "{Kind} {Name} has been {Change}")]
        public static partial void Changed(ILogger logger, string kind, string name, string change);

        [LoggerMessage(EventIds.Sync + 5, LogLevel.Warning, "{Problem}{Consequence}")]
        public static partial void ManifestProblem(ILogger logger, string problem, string consequence);
    }
}
