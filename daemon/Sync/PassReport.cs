using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>
/// Logs what passes do: every change once when it takes effect, every failure when it begins, hourly while it goes on and when it is over. A pass that changes
/// nothing says nothing.
/// </summary>
internal sealed partial class PassReport(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Dictionary<(string File, string Field, string Message, string? Resource), DateTimeOffset> saidAt = [];
    private readonly FailureRun fetching = new(time);
    private readonly FailureRun rejected = new(time);
    private readonly FailureRun held = new(time);
    private IReadOnlyList<Problem> reported = [];

    public void Write(PassResult result)
    {
        if (result.Outcome == PassOutcome.Unreachable)
        {
            FetchFailed(result);
            Remind(result.Revision);
            return;
        }

        if (!result.IsLocal && fetching.Succeeded(out var unreachable))
        {
            Log.FetchRecovered(logger, unreachable.Attempts, (long)unreachable.Lasted.TotalSeconds);
        }

        if (result.Outcome == PassOutcome.Rejected)
        {
            Rejected(result);
            Remind(result.Revision);
            return;
        }

        if (!result.IsLocal)
        {
            rejected.Succeeded(out _);
        }

        Held(result.Held);
        foreach (var note in result.Notes)
        {
            Noted(note, result.Revision!);
        }

        Problems(result);
        foreach (var change in result.Plan.Changes)
        {
            Changed(change, result.Revision!);
        }

        Applied(result);
    }

    private void FetchFailed(PassResult result)
    {
        switch (fetching.Failed(result.Error!, out var span))
        {
            case FailureNews.Began:
                Log.FetchFailing(logger, result.Error!, result.Trigger);
                break;
            case FailureNews.GoesOn:
                Log.FetchStillFailing(logger, span.Attempts, span.Since, result.Error!);
                break;
        }
    }

    private void Rejected(PassResult result)
    {
        var (commit, revision) = (result.Revision?.Short ?? "none", result.Revision?.Id ?? "");
        if (rejected.Failed($"{revision} {result.Error}", out _) == FailureNews.None)
        {
            return;
        }

        if (result.IsTagMove)
        {
            Log.TagHeld(logger, commit, revision, result.Error!, result.Revision?.Author);
            return;
        }

        Log.Rejected(logger, commit, revision, result.Error!);
    }

    private void Held(HeldRemoval? removal)
    {
        if (removal is null)
        {
            if (held.Succeeded(out _))
            {
                Log.RemovalReleased(logger);
            }

            return;
        }

        if (held.Failed($"{removal.Revision.Id} {removal.Reason}", out _) != FailureNews.None)
        {
            Log.RemovalHeld(logger, removal.ToString(), removal.Revision.Id, removal.Revision.Author, removal.Names(20), removal.Confirmation);
        }
    }

    /// <summary>A problem that was there before is not said again, and one that is gone is.</summary>
    private void Problems(PassResult result)
    {
        var before = reported.Select(Key).ToHashSet();
        foreach (var problem in result.Problems.Where(p => !before.Contains(Key(p))))
        {
            Say(problem, result.Revision);
        }

        var now = result.Problems.Select(Place).ToHashSet();
        foreach (var (file, resource) in reported.Select(Place).Distinct().Where(p => !now.Contains(p)))
        {
            Log.DocumentRecovered(logger, resource is null ? file : $"{resource} ({file})", file, resource, ClusterOf(resource), result.Revision?.Id);
        }

        reported = result.Problems;
        Remind(result.Revision);

        static (string File, string? Resource) Place(Problem p) => (p.File, p.Resource);
    }

    /// <summary>Says once a day, also while git is away, what gets worse until somebody has acted.</summary>
    private void Remind(Revision? revision)
    {
        var yesterday = time.GetUtcNow() - Day;
        foreach (var problem in reported.Where(p => p.RepeatsDaily && saidAt[Key(p)] <= yesterday))
        {
            Say(problem, revision);
        }
    }

    private void Say(Problem problem, Revision? revision)
    {
        if (problem.RepeatsDaily)
        {
            saidAt[Key(problem)] = time.GetUtcNow();
        }

        Log.DocumentRejected(
            logger, problem.ToString(), problem.KeepsLastGood ? "; its last good version stays in force" : "", problem.File, problem.Line, problem.Field,
            problem.Resource, ClusterOf(problem), revision?.Id);
    }

    /// <summary>Without the line: what was written above it moves it.</summary>
    private static (string File, string Field, string Message, string? Resource) Key(Problem p) => (p.File, p.Field, p.Message, p.Resource);

    private void Noted(PassNote note, Revision revision)
    {
        switch (note.Kind)
        {
            case PassNoteKind.SourceChanged:
                reported = [];
                Log.SourceChanged(logger, note.Text, revision.Short, revision.Id);
                break;
            case PassNoteKind.HistoryRewritten:
                Log.HistoryRewritten(logger, revision.Short, note.Text, revision.Id, note.Before, revision.Author);
                break;
            case PassNoteKind.TagMoved:
                Log.TagMoved(logger, revision.Short, note.Text, revision.Id, note.Before, revision.Author);
                break;
        }
    }

    private void Changed(Change change, Revision revision)
    {
        if (change.ResourceKind != ResourceKind.KubeCluster)
        {
            Log.Changed(logger, change.ResourceKind, change.Name, Word(change.Kind), revision.Id);
            return;
        }

        switch (change.Kind)
        {
            case ChangeKind.Create:
                Log.Registered(logger, change.Name, revision.Short, revision.Id);
                break;
            case ChangeKind.Update:
                Log.Updated(logger, change.Name, revision.Short, string.Join("; ", change.Details), revision.Id);
                break;
            default:
                Log.Unregistered(logger, change.Name, revision.Short, revision.Id);
                break;
        }
    }

    private void Applied(PassResult result)
    {
        var milliseconds = (long)result.Duration.TotalMilliseconds;
        if (result.Outcome == PassOutcome.Unchanged)
        {
            Log.Unchanged(logger, result.Revision?.Short ?? "", milliseconds);
            return;
        }

        var (revision, changes) = (result.Revision!, result.Plan.Changes.Count);
        var rejections = result.Problems.Count(p => !p.IsWarning);
        if (rejections == 0)
        {
            Log.Applied(logger, revision.Short, revision.Subject, changes, result.Problems.Count, milliseconds, (long)result.FetchDuration.TotalMilliseconds,
                revision.Id, revision.Author);
        }
        else
        {
            Log.PartlyApplied(logger, revision.Short, revision.Subject, rejections, changes, milliseconds, revision.Id, revision.Author);
        }
    }

    private static string Word(ChangeKind kind) => kind switch
    {
        ChangeKind.Create => "created",
        ChangeKind.Update => "updated",
        _ => "deleted",
    };

    private static string? ClusterOf(Problem problem) => ClusterOf(problem.Resource);

    private static string? ClusterOf(string? resource) =>
        resource?.StartsWith(ResourceKind.KubeCluster + "/", StringComparison.Ordinal) == true ? resource[(ResourceKind.KubeCluster.Length + 1)..] : null;
}
