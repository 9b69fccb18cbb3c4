using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>What is remarkable about a commit beside what it changes.</summary>
internal enum PassNoteKind
{
    /// <summary>It is the first one of another source.</summary>
    SourceChanged,

    /// <summary>The commit that was in force before is no ancestor of it.</summary>
    HistoryRewritten,

    /// <summary>The configured tag named another commit before.</summary>
    TagMoved,
}

/// <summary>A note of a pass, for the journal and the history.</summary>
/// <param name="Text">One sentence.</param>
/// <param name="Before">The full id of the commit that was in force before; null when it is of another source.</param>
internal sealed record PassNote(PassNoteKind Kind, string Text, string? Before = null)
{
    /// <summary>Of a commit of a branch that does not come after the one before; nothing to say when it does, or when nobody can know.</summary>
    private static IReadOnlyList<PassNote> OfHistory(Succession succession, Revision before, Revision now) => succession switch
    {
        Succession.Rewritten =>
        [
            new(PassNoteKind.HistoryRewritten, $"commit {before.Id}, which was in force, is no ancestor of commit {now.Id}: the history was rewritten, or the branch is another one", before.Id),
        ],
        Succession.GoesBack =>
        [
            new(PassNoteKind.HistoryRewritten, $"commit {now.Id} is an ancestor of commit {before.Id}, which was in force: what came after it was taken back", before.Id),
        ],
        _ => [],
    };

    /// <summary>Of a tag that named another commit.</summary>
    public static PassNote OfTag(RepositorySource source, Revision before, Revision now) => new(
        PassNoteKind.TagMoved, $"the {source.Selection} was moved from commit {before.Id} to commit {now.Id} (\"{now.Subject}\" by {now.Author})", before.Id);

    /// <summary>What there is to say about a commit that is not the one in force.</summary>
    /// <param name="source">Where it comes from.</param>
    public static IReadOnlyList<PassNote> Of(AppliedState before, RepositorySource source, CommitTree commit) => before.State.Revision switch
    {
        null => [],
        _ when source != before.Source => OfSource(before.Source, source),
        var was when source.IsTag => [OfTag(source, was, commit.Revision)],
        var was => OfHistory(commit.After(was.Id), was, commit.Revision),
    };

    /// <summary>Of the first commit of a source; nothing to say when there was none before.</summary>
    private static IReadOnlyList<PassNote> OfSource(RepositorySource? before, RepositorySource now) => before is null
        ? []
        : [new(PassNoteKind.SourceChanged, $"what is in force is now the state of {now}; of the state of {before}, which was in force before, nothing is kept")];
}
