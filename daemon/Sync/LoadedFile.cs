using Tidegate.State;

namespace Tidegate.Sync;

/// <summary>One version of a manifest file, parsed.</summary>
/// <param name="BlobId">Names the content; with the path it says which version this is.</param>
/// <param name="RevisionId">The commit in which this version was first met.</param>
internal sealed record LoadedFile(string Path, string BlobId, string RevisionId, FileResources Resources);
