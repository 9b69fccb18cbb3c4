using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>The manifest files of one commit. Given to <see cref="CommitTree.List"/> with the next commit, it makes that cheap.</summary>
/// <param name="RevisionId">The commit.</param>
/// <param name="Path">The manifests' folder, without slashes at its ends; empty for the repository's root.</param>
/// <param name="PathExists">False when the commit has no such folder: a reason to keep the last good state, not an empty one.</param>
/// <param name="Files">Ordered by path, ordinally.</param>
/// <param name="Problems">What looks like a manifest but is not read, ordered by path.</param>
internal sealed record TreeListing(
    string RevisionId,
    string Path,
    bool PathExists,
    IReadOnlyList<TreeFile> Files,
    IReadOnlyList<Problem> Problems)
{
    /// <summary>Whether there are links whose meaning depends on what else there is, so that no earlier listing helps.</summary>
    public bool HasLinks { get; init; }

    /// <summary>Symbolic links that look like no manifest and lead to no folder of the commit: of no interest, unless there were manifests below before.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];
}
