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

    /// <summary>
    /// Finds the content of a version that the store does not have yet: mostly it was just read; one that could not be stored before is still in the
    /// mirror, as long as its commit is.
    /// </summary>
    public static Func<AppliedFile, ReadOnlyMemory<byte>?> ContentsOf(LoadedFiles files, Func<CommitTree> tree)
    {
        var fresh = files.Fresh.ToDictionary(f => (f.Key.Path, f.Key.BlobId), f => f.Value);
        return file =>
        {
            if (fresh.TryGetValue((file.Path, file.BlobId), out var content))
            {
                return content;
            }

            try
            {
                return tree().Read(file.BlobId);
            }
            catch (DamagedMirrorException) when (!file.IsCurrent)
            {
                return null;
            }
        };
    }
}
