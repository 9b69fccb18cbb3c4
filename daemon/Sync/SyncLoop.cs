using System.Threading.Channels;
using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Runs passes one at a time: when their time has come, when something triggers one, when something in force expires. Requests that arrive
/// while a pass runs share the next one.
/// </summary>
internal sealed class SyncLoop
{
    /// <summary>What building and storing the largest states may take, and then some: too early means a restart for nothing.</summary>
    private static readonly TimeSpan PassMargin = TimeSpan.FromMinutes(5);

    /// <summary>A timer on a busy host comes late.</summary>
    private static readonly TimeSpan WaitMargin = TimeSpan.FromSeconds(30);

    private readonly Reconciler reconciler;
    private readonly TimeProvider time;
    private readonly PassReport report;
    private readonly LoopPulse pulse;
    private readonly LoopPulse part;
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
        report = new(time, logger);
        pulse = new("sync loop", time);
        part = new("sync loop", time);
        reconciler.Began += part.Begins;
    }

    /// <summary>The last pass, whatever came of it; null before the first.</summary>
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
    public string? WhyLate() => part.WhyNotAlive() ?? (reconciler.WhyNotStored() is { } reason ? $"the state in force is not stored, a restart without git would begin with an older one: {reason}" : null);

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
    public void Trigger(PassRequest request) => requests.Writer.TryWrite(new(request, null));

    /// <summary>Asks for a pass and waits for its result.</summary>
    public Task<PassResult> SyncNowAsync(PassRequest request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<PassResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        requests.Writer.TryWrite(new(request, answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Takes over a reloaded configuration; the pass that follows applies it.</summary>
    public void Reconfigure(SyncSchedule changed, SyncOptions options)
    {
        schedule = changed;
        reconciler.Reconfigure(options);
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
        part.Begins("waiting", TimeSpan.MaxValue);
        failures = failed ? failures + 1 : 0;
        lastPass = result;
        var pause = schedule.Pause(failures, Random.Shared.NextDouble());
        Interlocked.Exchange(ref nextPassTicks, (time.GetUtcNow() + pause).UtcTicks);
        report.Write(result);
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
        while (requests.Reader.TryPeek(out var asked) && request?.GoesWith(asked.Request) != false && requests.Reader.TryRead(out asked))
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


    private sealed record Asked(PassRequest Request, TaskCompletionSource<PassResult>? Answer);
}
