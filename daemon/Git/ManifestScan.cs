using System.Globalization;
using System.Text;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// Sorts the entries of a commit's tree, or of a folder that may become one, into manifest files and problems. Names that start with a dot (<c>.git</c>,
/// <c>.github</c>, <c>.gitlab-ci.yml</c>) are other programs' files and are left out, as is what <see cref="IgnoreRules"/> say.
/// </summary>
/// <param name="folder">What paths begin with: the manifests' folder inside the repository, or empty.</param>
internal sealed class ManifestScan(IFolderSource source, string folder, IgnoreRules rules)
{
    /// <summary>Bytes; the largest object a Kubernetes API takes is of this order.</summary>
    public const int LargestFile = 1024 * 1024;

    /// <summary>How many folders may lie above a file.</summary>
    public const int DeepestFolder = 64;

    /// <summary>What to say of a link in the place of manifests.</summary>
    public const string LinkRefusal = $"a symbolic link is not followed: commit the file itself, or list the link in {IgnoreRules.FileName}";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>A Git LFS pointer starts with this line (git-lfs, docs/spec.md) and is smaller than 1024 bytes.</summary>
    private static readonly byte[] LfsPointer = "version https://git-lfs.github.com/spec/"u8.ToArray();

    private readonly List<TreeFile> files = [];
    private readonly List<Problem> problems = [];
    private readonly List<string> links = [];

    /// <summary>Whether a link was met that is no manifest by its name: what it means depends on what else there is.</summary>
    public bool MetLinks { get; private set; }

    /// <summary>The rules of the folder's own file; none when it has none, or one that is not a file.</summary>
    public static IgnoreRules RulesOf(IFolderSource source)
    {
        foreach (var entry in source.Entries(source.RootId, static _ => { }))
        {
            if (entry is { Name: IgnoreRules.FileName, Kind: EntryKind.File } && source.SizeOf(entry) < LargestFile)
            {
                return IgnoreRules.Parse(Encoding.UTF8.GetString(source.Read(entry)));
            }
        }

        return IgnoreRules.None;
    }

    /// <summary>What is wrong with a file's content as a whole; null when it may be parsed.</summary>
    public static Problem? ProblemOf(string path, ReadOnlySpan<byte> content) => content.Length < 1024 && content.StartsWith(LfsPointer)
        ? new(path, 1, 0, "", "the file is kept in Git LFS, which is not read: commit its content itself (git lfs untrack)")
        : null;

    /// <summary>The path as it begins in the repository.</summary>
    public string FullPath(string path) => folder.Length == 0 ? path : $"{folder}/{path}";

    /// <summary>Looks at everything.</summary>
    public void Walk() => Walk(source.RootId, "", "", 0);

    /// <summary>Looks at one entry below the folder, of which only path and object are known.</summary>
    public void Inspect(string path, EntryKind kind, string id)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        if (!path.Split('/').Any(IsHidden) && !rules.IsIgnored(path, kind == EntryKind.Folder))
        {
            Add(path, Printable.Name(path), new(name, Printable.Name(name), kind, id));
        }
    }

    public TreeListing Listing(string revisionId)
    {
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        problems.Sort((a, b) => string.CompareOrdinal(a.File, b.File));
        return new(revisionId, folder, true, files.ToArray(), problems.ToArray()) { HasLinks = MetLinks, Links = links.ToArray() };
    }

    /// <summary>What was found, put in place of what <paramref name="previous"/> says about the paths that changed.</summary>
    /// <param name="touched">Full paths, also as problems show them.</param>
    public TreeListing Merge(TreeListing previous, HashSet<string> touched, string revisionId)
    {
        files.AddRange(previous.Files.Where(f => !touched.Contains(f.Path)));
        problems.AddRange(previous.Problems.Where(p => !touched.Contains(p.File)));
        return Listing(revisionId);
    }

    private void Walk(string folderId, string prefix, string shownPrefix, int depth)
    {
        foreach (var entry in source.Entries(folderId, message => Refuse(shownPrefix.TrimEnd('/'), message)))
        {
            var (path, shown) = (prefix + entry.Name, shownPrefix + entry.Shown);
            if (IsHidden(entry.Name) || rules.MatchesItself(path, entry.Kind == EntryKind.Folder))
            {
                continue;
            }

            if (entry.Kind != EntryKind.Folder)
            {
                Add(path, shown, entry);
            }
            else if (depth == DeepestFolder)
            {
                Refuse(shown, $"folders more than {DeepestFolder} deep are not read: move the manifests up");
            }
            else
            {
                Walk(entry.Id, $"{path}/", $"{shown}/", depth + 1);
            }
        }
    }

    private void Add(string path, string shown, FolderEntry entry)
    {
        var isManifest = Extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        switch (entry.Kind)
        {
            case EntryKind.Link:
                MetLinks |= !isManifest;
                if (isManifest || (source.TargetOf(entry) is { } target && NamesFolder(path, target)))
                {
                    Refuse(shown, LinkRefusal);
                }
                else
                {
                    links.Add(FullPath(path));
                }

                break;
            case EntryKind.Submodule:
                Refuse(shown, $"a submodule is not read: commit its manifests to this repository, or list it in {IgnoreRules.FileName}");
                break;
            default:
                if (isManifest)
                {
                    AddManifest(path, shown, entry);
                }

                break;
        }
    }

    private void AddManifest(string path, string shown, FolderEntry entry)
    {
        if (path.Split('/').Any(IsStrange))
        {
            Refuse(shown, "the path holds control characters, a backslash or bytes that are not UTF-8: rename the file");
            return;
        }

        var size = source.SizeOf(entry);
        if (size > LargestFile)
        {
            Refuse(shown, string.Create(CultureInfo.InvariantCulture, $"the file has {size} bytes and a manifest may have {LargestFile}: split it, or list it in {IgnoreRules.FileName}"));
            return;
        }

        files.Add(new(FullPath(path), entry.Id, size));
    }

    /// <summary>Whether a link leads to a folder beside it, whose manifests its author would expect to be read twice.</summary>
    private bool NamesFolder(string path, string target)
    {
        var parts = new List<string>(path.Split('/')[..^1]);
        foreach (var part in target.Split('/'))
        {
            if (part == ".." && parts.Count == 0)
            {
                return false;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 || source.IsFolder(string.Join('/', parts));
    }

    private void Refuse(string shown, string message) => problems.Add(new(FullPath(shown), 0, 0, "", message));

    private static bool IsHidden(string name) => name.StartsWith('.') && name != "..";

    private static bool IsStrange(string name) =>
        name.Length == 0 || name == ".." || name.EnumerateRunes().Any(r => Printable.IsUnsafe(r) || r.Value is '\\' or 0xFFFD);
}
