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
        var fresh = new List<TreeFile>();
        foreach (var file in listing.Files)
        {
            if (before.Files.TryGetValue(file.Path, out var known) && known.BlobId == file.BlobId)
            {
                files[file.Path] = known;
            }
            else
            {
                fresh.Add(file);
            }
        }

        var unread = new List<Problem>(listing.Problems.Concat(Replaced(listing.Links, before)));
        var contents = new Dictionary<LoadedFile, byte[]>(fresh.Count, ReferenceEqualityComparer.Instance);
        foreach (var read in Read(fresh, tree))
        {
            if (read.Problem is { } problem)
            {
                unread.Add(problem);
                continue;
            }

            files[read.File!.Path] = read.File;
            contents[read.File] = read.Content!;
        }

        return new(listing, files, [.. unread.GroupBy(p => p.File, StringComparer.Ordinal).Select(f => FileResources.Unread(f.Key, f))], before.Retained) { Fresh = contents };
    }

    /// <summary>Parses one version of a file.</summary>
    public static LoadedFile Parse(string path, string blobId, ReadOnlyMemory<byte> content, string revisionId) =>
        new(path, blobId, revisionId, ManifestReader.Read(path, content, revisionId));

    private static ReadFile[] Read(List<TreeFile> fresh, CommitTree tree)
    {
        var read = new ReadFile[fresh.Count];
        if (fresh.Count < WorthThreads)
        {
            foreach (var (file, index) in Contents())
            {
                read[index] = Parsed(file, index);
            }
        }
        else
        {
            // The source is asked by one thread at a time, so one reads while the others parse.
            Parallel.ForEach(Contents(), item => read[item.Index] = Parsed(item.File, item.Index));
        }

        return read;

        IEnumerable<(ReadFile File, int Index)> Contents()
        {
            for (var i = 0; i < fresh.Count; i++)
            {
                yield return (tree.TryRead(fresh[i], out var content, out var problem) ? new(null, content, null) : new(null, null, problem), i);
            }
        }

        ReadFile Parsed(ReadFile file, int index) => file.Content is { } content
            ? file with { File = Parse(fresh[index].Path, fresh[index].BlobId, content, tree.Revision.Id) }
            : file;
    }

    /// <summary>Links where a folder with manifests was: what is behind them nobody knows.</summary>
    private static IEnumerable<Problem> Replaced(IReadOnlyList<string> links, LoadedFiles before)
    {
        if (links.Count == 0)
        {
            return [];
        }

        var folders = before.Files.Keys.Concat(before.Retained.Select(f => f.Path)).SelectMany(Folders).ToHashSet(StringComparer.Ordinal);
        return links.Where(folders.Contains).Select(l => new Problem(l, 0, 0, "", ManifestScan.LinkRefusal));
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    /// <summary>A file that was read, or why it was not.</summary>
    private readonly record struct ReadFile(LoadedFile? File, byte[]? Content, Problem? Problem);
}
