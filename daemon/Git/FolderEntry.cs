namespace Tidegate.Git;

/// <summary>What lies at a name, as git knows it.</summary>
internal enum EntryKind
{
    File,
    Folder,
    Link,

    /// <summary>Another repository: a submodule, or a work tree inside a work tree.</summary>
    Submodule,
}

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Without the folder; what is not UTF-8 in it reads U+FFFD.</param>
/// <param name="Shown">The name as problems show it.</param>
/// <param name="Id">By what its source finds it again.</param>
internal readonly record struct FolderEntry(string Name, string Shown, EntryKind Kind, string Id);

/// <summary>Where manifests are read from: the tree of a commit, or a folder of this host.</summary>
internal interface IFolderSource
{
    /// <summary>What <see cref="Entries"/> takes for the folder with the manifests itself.</summary>
    string RootId { get; }

    /// <summary>The entries of a folder, in any order; a folder that cannot be read has none and is a problem of <paramref name="refuse"/>.</summary>
    IEnumerable<FolderEntry> Entries(string folderId, Action<string> refuse);

    /// <summary>Bytes.</summary>
    long SizeOf(FolderEntry file);

    /// <summary>Where a link leads to; null when that is too long for one.</summary>
    string? TargetOf(FolderEntry link);

    /// <summary>Whether a folder lies at a path below the folder with the manifests, with no link on the way.</summary>
    bool IsFolder(string path);

    byte[] Read(FolderEntry file);
}
