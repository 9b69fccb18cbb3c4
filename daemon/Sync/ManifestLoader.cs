using Tidegate.Git;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Sync;

/// <summary>Reads and parses of a commit what is not parsed already.</summary>
internal static class ManifestLoader
{
    // Below this a pass is over before other threads have begun.
    private const int WorthThreads = 64;

    /// <summary>The files of a commit; versions that <paramref name="before"/> holds are taken from there.</summary>
    /// <exception cref="DamagedMirrorException">An object is missing or unreadable.</exception>
    public static LoadedFiles Load(CommitTree tree, string folder, LoadedFiles before)
    {
        var listing = tree.List(folder, before.Listing);
        var files = new Dictionary<string, LoadedFile>(listing.Files.Count, StringComparer.Ordinal);
        var fresh = new List<(TreeFile File, byte[] Content)>();
        var unread = new List<Problem>(listing.Problems);
        foreach (var file in listing.Files)
        {
            if (before.Files.TryGetValue(file.Path, out var known) && known.BlobId == file.BlobId)
            {
                files[file.Path] = known;
            }
            else if (tree.TryRead(file, out var content, out var problem))
            {
                fresh.Add((file, content));
            }
            else
            {
                unread.Add(problem);
            }
        }

        foreach (var parsed in Parse(fresh, tree.Revision.Id))
        {
            files[parsed.Path] = parsed;
        }

        return new(listing, files, [.. unread.GroupBy(p => p.File, StringComparer.Ordinal).Select(Unread)], before.Retained);
    }

    /// <summary>Parses one version of a file.</summary>
    public static LoadedFile Parse(string path, string blobId, ReadOnlyMemory<byte> content, string revisionId) =>
        new(path, blobId, revisionId, ManifestReader.Read(path, content, revisionId));

    private static LoadedFile[] Parse(List<(TreeFile File, byte[] Content)> fresh, string revisionId)
    {
        var parsed = new LoadedFile[fresh.Count];
        if (fresh.Count < WorthThreads)
        {
            for (var i = 0; i < fresh.Count; i++)
            {
                parsed[i] = One(i);
            }
        }
        else
        {
            Parallel.For(0, fresh.Count, i => parsed[i] = One(i));
        }

        return parsed;

        LoadedFile One(int i) => Parse(fresh[i].File.Path, fresh[i].File.BlobId, fresh[i].Content, revisionId);
    }

    /// <summary>A file that is there but cannot be read: nobody knows what it declares, so what came from it before stays.</summary>
    private static FileResources Unread(IGrouping<string, Problem> file) => new(file.Key, [], [.. file]) { Unattributed = [PartialIdentity.Nothing] };
}
