using System.Diagnostics.CodeAnalysis;
using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// One commit of the mirror, read without a checkout, so that no link, hook, filter or half-written file has any effect. Not for use by
/// several threads; libgit2's handles live until it is disposed.
/// </summary>
internal sealed class CommitTree : IDisposable
{
    private readonly Repository repository;
    private readonly Commit commit;

    private CommitTree(Repository repository, Commit commit)
    {
        this.repository = repository;
        this.commit = commit;
        Revision = Revisions.Of(commit);
    }

    public Revision Revision { get; }

    /// <exception cref="DamagedMirrorException">The mirror is absent or damaged, or does not hold the commit.</exception>
    public static CommitTree Open(string mirrorPath, string revisionId)
    {
        LibGit2Settings.Isolate();
        Repository? repository = null;
        try
        {
            repository = new Repository(mirrorPath);
            var commit = repository.Lookup<Commit>(revisionId)
                ?? throw new DamagedMirrorException($"the mirror does not hold the commit {revisionId}", null);
            return new(repository, commit);
        }
        catch (LibGit2SharpException e)
        {
            repository?.Dispose();
            throw new DamagedMirrorException($"the mirror cannot be read: {e.Message}", e);
        }
        catch (DamagedMirrorException)
        {
            repository?.Dispose();
            throw;
        }
    }

    /// <summary>How this commit came after one that was in force before.</summary>
    /// <exception cref="DamagedMirrorException">The history cannot be read.</exception>
    public Succession After(string earlierId) => Guard(() =>
    {
        // Where a history was cut off, what is not there proves nothing.
        var isCut = File.Exists(Path.Combine(repository.Info.Path, "shallow"));
        if (repository.Lookup<Commit>(earlierId) is not { } earlier)
        {
            return isCut ? Succession.Unknown : Succession.Rewritten;
        }

        return repository.ObjectDatabase.FindMergeBase(earlier, commit)?.Id switch
        {
            var common when common == earlier.Id => Succession.Follows,
            var common when common == commit.Id => Succession.GoesBack,
            null when isCut => Succession.Unknown,
            _ => Succession.Rewritten,
        };
    });

    /// <summary>The manifest files below <paramref name="path"/>.</summary>
    /// <param name="path">Folder inside the repository; <c>.</c> or empty for its root.</param>
    /// <param name="previous">
    /// The listing of an earlier commit: when it is of the same folder and that commit is still here, only what differs is looked at.
    /// </param>
    /// <exception cref="DamagedMirrorException">An object is missing or unreadable.</exception>
    public TreeListing List(string path, TreeListing? previous)
    {
        var folder = GitNames.Folder(path) ?? throw new ArgumentException("A path outside of the repository.", nameof(path));
        return Guard(() =>
        {
            if (FolderOf(commit, folder) is not { } tree)
            {
                return new TreeListing(Revision.Id, folder, false, [], []);
            }

            return previous is { PathExists: true, HasLinks: false } && previous.Path == folder && Difference(previous, tree) is { } listing
                ? listing
                : ListAll(folder, tree);
        });
    }

    /// <summary>The raw content of a blob.</summary>
    /// <exception cref="DamagedMirrorException">The blob is missing or unreadable.</exception>
    public byte[] Read(string blobId) => Guard(() => CommitFolder.Read(repository, blobId));

    /// <summary>Reads a file; false with a problem when what lies there is not the manifest itself.</summary>
    /// <exception cref="DamagedMirrorException">The blob is missing or unreadable.</exception>
    public bool TryRead(TreeFile file, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out Problem? problem)
    {
        var read = Read(file.BlobId);
        problem = ManifestScan.ProblemOf(file.Path, read);
        content = problem is null ? read : null;
        return problem is null;
    }

    public void Dispose() => repository.Dispose();

    private static Tree? FolderOf(Commit commit, string folder) => folder.Length == 0 ? commit.Tree : commit.Tree[folder]?.Target as Tree;

    private TreeListing ListAll(string folder, Tree tree)
    {
        var scan = ScanOf(folder, tree);
        scan.Walk();
        return scan.Listing(Revision.Id);
    }

    private ManifestScan ScanOf(string folder, Tree tree)
    {
        var source = new CommitFolder(repository, tree);
        return new(source, folder, ManifestScan.RulesOf(source));
    }

    /// <summary>Null when the earlier commit is gone, the ignore rules changed, or a path says too little alone: it is too deep, or not UTF-8.</summary>
    private TreeListing? Difference(TreeListing previous, Tree tree)
    {
        if (repository.Lookup<Commit>(previous.RevisionId) is not { } earlier || FolderOf(earlier, previous.Path) is not { } earlierTree
            || earlierTree[IgnoreRules.FileName]?.Target.Id != tree[IgnoreRules.FileName]?.Target.Id)
        {
            return null;
        }

        if (earlierTree.Id == tree.Id)
        {
            return previous with { RevisionId = Revision.Id };
        }

        using var changes = repository.Diff.Compare<TreeChanges>(earlierTree, tree, new CompareOptions { Similarity = SimilarityOptions.None });
        var scan = ScanOf(previous.Path, tree);
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Path.Contains('\uFFFD', StringComparison.Ordinal) || change.Path.Count(c => c == '/') > ManifestScan.DeepestFolder)
            {
                return null;
            }

            touched.Add(scan.FullPath(change.Path));
            touched.Add(scan.FullPath(Printable.Name(change.Path)));
            if (change.Status != ChangeKind.Deleted && CommitFolder.KindOf(change.Mode) is { } kind)
            {
                scan.Inspect(change.Path, kind, change.Oid.Sha);
            }
        }

        return scan.MetLinks ? null : scan.Merge(previous, touched, Revision.Id);
    }

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LibGit2SharpException e)
        {
            throw new DamagedMirrorException($"the mirror cannot be read: {e.Message}", e);
        }
    }
}
