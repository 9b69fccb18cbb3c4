namespace Tidegate.Git;

/// <summary>A manifest file of one commit's tree, not yet read.</summary>
/// <param name="Path">Path relative to the repository's root, with <c>/</c>.</param>
/// <param name="BlobId">Hexadecimal object id: the same id is the same content.</param>
/// <param name="Size">Bytes.</param>
internal sealed record TreeFile(string Path, string BlobId, long Size);
