using Tidegate.Values;

namespace Tidegate.Store;

/// <summary>The state in force, as far as it must survive a restart: enough to parse it again without git.</summary>
/// <param name="Files">Any order; path and blob id together are unique.</param>
internal sealed record Applied(Revision Revision, IReadOnlyList<AppliedFile> Files)
{
    /// <summary>Where the revision comes from, in the caller's words; null in a file of a program that did not note it.</summary>
    public string? Source { get; init; }

    /// <summary>What the caller has to say beside the files, JSON; null when a version without them stored the state.</summary>
    public string? Details { get; init; }
}

/// <summary>One manifest file of the state in force.</summary>
/// <param name="Path">Path relative to the repository's root.</param>
/// <param name="BlobId">Names the content: the same id is the same content.</param>
/// <param name="Content">The raw bytes; may hold credentials. Not looked at for a version that the store holds already.</param>
/// <param name="IsRetained">
/// Whether this version holds a resource that is in force although the commit does not say so: its current version was rejected, or two
/// documents claim its name. One path may have several such versions.
/// </param>
internal sealed record AppliedFile(string Path, string BlobId, ReadOnlyMemory<byte> Content, bool IsRetained)
{
    /// <summary>Whether it is the version of the applied revision.</summary>
    public bool IsCurrent { get; init; } = true;

    /// <summary>The commit from which a retained version comes; null for the applied revision itself.</summary>
    public string? RevisionId { get; init; }
}
