using Tidegate.Git;
using Tidegate.Store;

namespace Tidegate.Sync;

/// <summary>The files of a state in the form in which the store keeps them.</summary>
internal static class AppliedFiles
{
    public static IReadOnlyList<AppliedFile> Of(LoadedFiles files)
    {
        var retained = new HashSet<LoadedFile>(files.Retained, ReferenceEqualityComparer.Instance);
        var all = new List<AppliedFile>(files.Files.Count + retained.Count);
        foreach (var file in files.Files.Values)
        {
            all.Add(new(file.Path, file.BlobId, default, retained.Remove(file)) { RevisionId = file.RevisionId });
        }

        all.AddRange(files.Retained.Where(retained.Contains).Select(f => new AppliedFile(f.Path, f.BlobId, default, IsRetained: true) { IsCurrent = false, RevisionId = f.RevisionId }));
        return all;
    }

    /// <summary>The content of a version that the store does not have yet; null when nobody has it any more.</summary>
    public static ReadOnlyMemory<byte>? ContentOf(AppliedFile file, CommitTree? tree)
    {
        try
        {
            return tree?.Read(file.BlobId) is { } content ? content : null;
        }
        catch (DamagedMirrorException) when (!file.IsCurrent)
        {
            return null;
        }
    }
}
