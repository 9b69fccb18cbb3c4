using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>A folder of a commit's tree.</summary>
internal sealed class CommitFolder(Repository repository, Tree root) : IFolderSource
{
    // libgit2 reads a link's target as it reads any blob; Linux takes none that is longer (PATH_MAX).
    private const int LongestTarget = 4096;

    public string RootId => root.Sha;

    /// <summary>What git's mode of an entry means; null for one that git does not use.</summary>
    public static EntryKind? KindOf(Mode mode) => mode switch
    {
        Mode.Directory => EntryKind.Folder,
        Mode.SymbolicLink => EntryKind.Link,
        Mode.GitLink => EntryKind.Submodule,
        Mode.NonExecutableFile or Mode.NonExecutableGroupWritableFile or Mode.ExecutableFile => EntryKind.File,
        _ => null,
    };

    public IEnumerable<FolderEntry> Entries(string folderId, Action<string> refuse)
    {
        var tree = repository.Lookup<Tree>(folderId) ?? throw new NotFoundException($"no tree {folderId}");
        IReadOnlyList<byte[]>? raw = null;
        var index = 0;
        foreach (var entry in tree)
        {
            // LibGit2Sharp decodes names leniently; what was there before tells the tree itself.
            raw ??= entry.Name.Contains('\uFFFD', StringComparison.Ordinal) ? RawTree.Names(repository.Info.Path, folderId) : null;
            if (KindOf(entry.Mode) is { } kind)
            {
                yield return new(entry.Name, raw is null ? Printable.Name(entry.Name) : Printable.Name(raw[index]), kind, entry.Target.Sha);
            }

            index++;
        }
    }

    public long SizeOf(FolderEntry file) => repository.ObjectDatabase.RetrieveObjectMetadata(new ObjectId(file.Id)).Size;

    public string? TargetOf(FolderEntry link) => repository.Lookup<Blob>(link.Id) is { Size: < LongestTarget } blob ? blob.GetContentText() : null;

    public bool IsFolder(string path) => root[path] is { Mode: Mode.Directory };

    public byte[] Read(FolderEntry file) => Read(repository, file.Id);

    /// <summary>The raw content of a blob.</summary>
    public static byte[] Read(Repository repository, string blobId)
    {
        var blob = repository.Lookup<Blob>(blobId) ?? throw new NotFoundException($"no blob {blobId}");
        var content = new byte[blob.Size];
        using var stream = blob.GetContentStream();
        stream.ReadExactly(content);
        return content;
    }
}
