using System.Text.Json.Nodes;

namespace Tidegate.Api;

/// <summary>A commit.</summary>
internal sealed record RevisionView(string Id, string Author, DateTimeOffset When, string Subject);

/// <summary>Something wrong with a manifest.</summary>
/// <param name="KeepsLastGood">Whether the resource's last good version stays in force.</param>
/// <param name="IsWarning">Whether the resource is in force as it is written, and something beside it is odd.</param>
internal sealed record ProblemView(
    string File, int Line, int Column, string Field, string Message, string? Resource, bool KeepsLastGood, bool IsWarning);

/// <summary>One difference between two states.</summary>
/// <param name="Change"><c>create</c>, <c>update</c> or <c>delete</c>.</param>
internal sealed record ChangeView(string Change, string Kind, string Name, IReadOnlyList<string> Details);

/// <summary>One pass of the reconciler.</summary>
/// <param name="Outcome"><c>applied</c>, <c>unchanged</c>, <c>rejected</c> or <c>unreachable</c>.</param>
/// <param name="Trigger">What started it: <c>start</c>, <c>interval</c>, <c>watch</c>, <c>signal</c>, <c>command</c>, <c>expiry</c>.</param>
/// <param name="Error">Why it was rejected, what could not be reached, or why a confirmation is none of what is held.</param>
internal sealed record PassView(
    string Outcome,
    string Trigger,
    RevisionView? Revision,
    IReadOnlyList<ChangeView> Changes,
    IReadOnlyList<ProblemView> Problems,
    string? Error,
    DateTimeOffset StartedAt,
    double DurationMs)
{
    /// <summary>What is remarkable about the commit itself, a sentence each.</summary>
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>The part of the duration that fetching took; absent where nothing was fetched and in the history.</summary>
    public double? FetchMs { get; init; }

    /// <summary>Why the state in force is not stored yet, so that a restart without git would begin with an older one; absent when it is and in the history.</summary>
    public string? NotStored { get; init; }

    /// <summary>What waits for a confirmation; in the history only at the pass that found it.</summary>
    public HeldView? Held { get; init; }
}

/// <summary>Removals that wait until somebody confirms them; the rest of the commit is in force.</summary>
/// <param name="Revision">The commit that a confirmation names; absent in the plan for a folder.</param>
/// <param name="Removes"><c>kind/name</c> of what would be removed.</param>
/// <param name="Reason">Why they wait, and how they are confirmed.</param>
internal sealed record HeldView(RevisionView? Revision, IReadOnlyList<string> Removes, string Reason);

/// <summary>The daemon as it is now.</summary>
/// <param name="State"><c>ready</c> or <c>stopping</c>.</param>
internal sealed record StatusView(
    string Version,
    string Node,
    string State,
    DateTimeOffset StartedAt,
    string Repository,
    RevisionView? Revision,
    int Clusters,
    int Unselected,
    int Roles,
    int Users,
    int Locks,
    int OpenRequests,
    DateTimeOffset? NextPassAt,
    PassView? LastPass,
    IReadOnlyList<ProblemView> Problems)
{
    /// <summary>What the configuration names: address, branch, tag or commit, folder.</summary>
    public string? Source { get; init; }

    /// <summary>Why the commit that the configured tag names now is not followed; absent when nothing is held.</summary>
    public string? HeldTagMove { get; init; }

    /// <summary>Whose state is in force: <see cref="Source"/>, or the source before until a commit of the new one is applied; absent while there is none.</summary>
    public string? ServedSource { get; init; }

    /// <summary>Why the sync loop is late, or the state in force is not stored; absent when all is well.</summary>
    public string? Late { get; init; }

    /// <summary>What waits for a confirmation.</summary>
    public HeldView? Held { get; init; }

    /// <summary>Registered clusters that do not answer, do not know the gate or do not let it impersonate, by name.</summary>
    public IReadOnlyList<ClusterConditionsView> NotWell { get; init; } = [];
}

/// <summary>What came of reading the configuration again.</summary>
/// <param name="File">The configuration file.</param>
/// <param name="Changed">Settings that have another value than before.</param>
/// <param name="NeedingRestart">Those of them that a running daemon cannot take over.</param>
/// <param name="Warnings">What is odd about the file all the same.</param>
/// <param name="Errors">Why it was not taken; empty when it is in force.</param>
internal sealed record ReloadView(
    string File, IReadOnlyList<string> Changed, IReadOnlyList<string> NeedingRestart, IReadOnlyList<string> Warnings, IReadOnlyList<string> Errors);

/// <summary>The last passes, newest first.</summary>
internal sealed record HistoryView(IReadOnlyList<PassView> Items);

/// <summary>What a revision or a folder would change.</summary>
/// <param name="Access">Who gains and who loses what.</param>
/// <param name="Principals">Who is somebody else in a cluster.</param>
internal sealed record PlanView(
    RevisionView? Revision,
    IReadOnlyList<ChangeView> Changes,
    IReadOnlyList<ProblemView> Problems,
    IReadOnlyList<AccessChangeView> Access,
    IReadOnlyList<PrincipalChangeView> Principals)
{
    /// <summary>The revision that it is compared with; absent when that is what is in force.</summary>
    public RevisionView? From { get; init; }

    /// <summary>Whose rules could not be compared exactly, so that something may be missing.</summary>
    public IReadOnlyList<InexactView>? Inexact { get; init; }

    /// <summary>Which of the removals would wait for a confirmation.</summary>
    public HeldView? Held { get; init; }
}

/// <summary>A question for <see cref="PlanView"/>: a revision of the repository, or the files of a folder.</summary>
internal sealed record PlanRequest(string? Revision, IReadOnlyList<PlanFile>? Files)
{
    /// <summary>What is in the folder and not read.</summary>
    public IReadOnlyList<UnreadFile>? Unread { get; init; }
}

/// <param name="Path">Relative to the folder, with <c>/</c>.</param>
/// <param name="Content">The raw bytes.</param>
internal sealed record PlanFile(string Path, byte[] Content);

/// <param name="Path">Relative to the folder, as problems show it.</param>
/// <param name="Line">0 for the whole file.</param>
/// <param name="Message">Why it is not read.</param>
internal sealed record UnreadFile(string Path, int Line, string Message);

/// <summary>Resources of one kind.</summary>
internal sealed record ResourceListView(IReadOnlyList<JsonObject> Items);

/// <summary>An error of the API itself.</summary>
internal sealed record ErrorView(string Error);
