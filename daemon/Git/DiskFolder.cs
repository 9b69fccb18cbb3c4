using System.Text;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// A folder of this host, read as a commit of it would be. Ids are paths with one character for each byte (Latin-1), so that a name which is not UTF-8 still
/// leads somewhere. What git does not keep (sockets, pipes, devices) is not there.
/// </summary>
internal sealed class DiskFolder(string root) : IFolderSource
{
    private const string GitName = ".git";

    public string RootId => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Path.GetFullPath(root)));

    /// <summary>The manifests below a folder, in the words in which a pass would speak of them.</summary>
    public static (IReadOnlyList<(string Path, byte[] Content)> Files, IReadOnlyList<Problem> Problems) Read(string root)
    {
        var source = new DiskFolder(root);
        var scan = new ManifestScan(source, "", ManifestScan.RulesOf(source));
        scan.Walk();
        var listing = scan.Listing("");
        var (files, problems) = (new List<(string, byte[])>(), new List<Problem>(listing.Problems));
        foreach (var file in listing.Files)
        {
            try
            {
                var content = File.ReadAllBytes(PathOf(file.BlobId));
                if (ManifestScan.ProblemOf(file.Path, content) is { } problem)
                {
                    problems.Add(problem);
                }
                else
                {
                    files.Add((file.Path, content));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(new(file.Path, 0, 0, "", $"the file cannot be read: {Printable.Line(e.Message)}"));
            }
        }

        return (files, problems);
    }

    public IEnumerable<FolderEntry> Entries(string folderId, Action<string> refuse)
    {
        if (RawDirectory.Read(Encoding.Latin1.GetBytes(folderId), out var error) is not { } entries)
        {
            refuse($"the folder cannot be read: {error}");
            yield break;
        }

        foreach (var (name, type) in entries)
        {
            var id = $"{folderId}/{Encoding.Latin1.GetString(name)}";
            if (KindOf(id, type) is { } kind)
            {
                yield return new(Encoding.UTF8.GetString(name), Printable.Name(name), kind, id);
            }
        }
    }

    public long SizeOf(FolderEntry file) => new FileInfo(PathOf(file.Id)) is { Exists: true } info ? info.Length : 0;

    public string? TargetOf(FolderEntry link) => new FileInfo(PathOf(link.Id)).LinkTarget;

    public bool IsFolder(string path)
    {
        var id = RootId;
        foreach (var part in path.Split('/'))
        {
            id = $"{id}/{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(part))}";
            if (KindOf(id, DirectoryEntryType.Unknown) != EntryKind.Folder)
            {
                return false;
            }
        }

        return true;
    }

    public byte[] Read(FolderEntry file) => File.ReadAllBytes(PathOf(file.Id));

    private static EntryKind? KindOf(string id, DirectoryEntryType type) => type switch
    {
        DirectoryEntryType.File => EntryKind.File,
        DirectoryEntryType.Link => EntryKind.Link,
        DirectoryEntryType.Directory => IsWorkTree(id) ? EntryKind.Submodule : EntryKind.Folder,
        DirectoryEntryType.Unknown => TypeOf(id) is { } found and not DirectoryEntryType.Unknown ? KindOf(id, found) : null,
        _ => null,
    };

    /// <summary>A folder with a <c>.git</c> is another repository's: git keeps its commit's id and none of its files.</summary>
    private static bool IsWorkTree(string id) =>
        RawDirectory.Read(Encoding.Latin1.GetBytes(id), out _)?.Any(e => e.Name.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(GitName))) == true;

    private static DirectoryEntryType? TypeOf(string id)
    {
        var info = new FileInfo(PathOf(id));
        return info switch
        {
            { LinkTarget: not null } => DirectoryEntryType.Link,
            _ when Directory.Exists(info.FullName) => DirectoryEntryType.Directory,
            { Exists: true } => DirectoryEntryType.File,
            _ => null,
        };
    }

    private static string PathOf(string id) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(id));
}
