using Tidegate.Git;

namespace Tidegate.Sync;

/// <summary>What is remarkable about a commit beside what it changes.</summary>
internal enum PassNoteKind
{
    /// <summary>It is the first one of another source.</summary>
    SourceChanged,
}

/// <summary>A note of a pass, for the journal and the history.</summary>
/// <param name="Text">One sentence.</param>
internal sealed record PassNote(PassNoteKind Kind, string Text)
{
    /// <summary>Of the first commit of a source; nothing to say when there was none before.</summary>
    public static IReadOnlyList<PassNote> OfSource(RepositorySource? before, RepositorySource now) => before is null
        ? []
        : [new(PassNoteKind.SourceChanged, $"what is in force is now the state of {now}; of the state of {before}, which was in force before, nothing is kept")];
}
