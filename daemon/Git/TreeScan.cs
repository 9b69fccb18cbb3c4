using System.Globalization;
using System.Text;
using LibGit2Sharp;
using Tidegate.Values;

namespace Tidegate.Git;

/// <summary>
/// Sorts the entries of one tree into manifest files and problems. Names that start with a dot (<c>.git</c>, <c>.github</c>,
/// <c>.gitlab-ci.yml</c>) are other programs' files and are left out, as is what <see cref="IgnoreRules"/> say.
/// </summary>
internal sealed class TreeScan(Repository repository, string folder, IgnoreRules rules)
{
    /// <summary>Bytes; the largest object a Kubernetes API takes is of this order.</summary>
    public const int LargestFile = 1024 * 1024;

    private const int DeepestFolder = 64;
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    private readonly List<TreeFile> files = [];
    private readonly List<Problem> problems = [];

    public string FullPath(string path) => folder.Length == 0 ? path : $"{folder}/{path}";

    public void Walk(Tree tree) => Walk(tree, "", tree, 0);

    /// <summary>Looks at one entry of which only path and object are known.</summary>
    /// <param name="path">Relative to the folder.</param>
    public void Inspect(string path, Mode mode, ObjectId id, Tree root)
    {
        if (!path.Split('/').Any(IsHidden) && !rules.IsIgnored(path, mode == Mode.Directory))
        {
            Add(path, mode, id, root);
        }
    }

    public TreeListing Listing(string revisionId)
    {
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        problems.Sort((a, b) => string.CompareOrdinal(a.File, b.File));
        return new(revisionId, folder, true, files.ToArray(), problems.ToArray());
    }

    /// <summary>What was found, put in place of what <paramref name="previous"/> says about the paths that changed.</summary>
    /// <param name="touched">Full paths.</param>
    public TreeListing Merge(TreeListing previous, HashSet<string> touched, string revisionId)
    {
        files.AddRange(previous.Files.Where(f => !touched.Contains(f.Path)));
        problems.AddRange(previous.Problems.Where(p => !touched.Contains(p.File)));
        return Listing(revisionId);
    }

    private void Walk(Tree tree, string prefix, Tree root, int depth)
    {
        foreach (var entry in tree)
        {
            var path = prefix + entry.Name;
            if (IsHidden(entry.Name) || rules.MatchesItself(path, entry.Mode == Mode.Directory))
            {
                continue;
            }

            if (entry.Mode != Mode.Directory)
            {
                Add(path, entry.Mode, entry.Target.Id, root);
            }
            else if (depth == DeepestFolder)
            {
                Refuse(path, $"folders more than {DeepestFolder} deep are not read: move the manifests up");
            }
            else
            {
                Walk((Tree)entry.Target, $"{path}/", root, depth + 1);
            }
        }
    }

    private void Add(string path, Mode mode, ObjectId id, Tree root)
    {
        var isManifest = Extensions.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        switch (mode)
        {
            case Mode.SymbolicLink:
                if (isManifest || NamesFolder(path, id, root))
                {
                    Refuse(path, $"a symbolic link is not followed: commit the file itself, or list the link in {IgnoreRules.FileName}");
                }

                break;
            case Mode.GitLink:
                Refuse(path, $"a submodule is not read: commit its manifests to this repository, or list it in {IgnoreRules.FileName}");
                break;
            default:
                if (isManifest)
                {
                    AddManifest(path, id);
                }

                break;
        }
    }

    private void AddManifest(string path, ObjectId id)
    {
        if (path.Split('/').Any(IsStrange))
        {
            Refuse(path, "the path holds control characters, a backslash or bytes that are not UTF-8: rename the file");
            return;
        }

        var size = repository.ObjectDatabase.RetrieveObjectMetadata(id).Size;
        if (size > LargestFile)
        {
            Refuse(path, string.Create(CultureInfo.InvariantCulture, $"the file has {size} bytes and a manifest may have {LargestFile}: split it, or list it in {IgnoreRules.FileName}"));
            return;
        }

        files.Add(new(FullPath(path), id.Sha, size));
    }

    /// <summary>Whether a link leads to a folder of this commit, whose manifests its author would expect to be read twice.</summary>
    private bool NamesFolder(string path, ObjectId id, Tree root)
    {
        if (repository.Lookup<Blob>(id) is not { Size: < 4096 } link)
        {
            return false;
        }

        var parts = new List<string>(path.Split('/')[..^1]);
        foreach (var part in link.GetContentText().Split('/'))
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

        return parts.Count == 0 || root[string.Join('/', parts)] is { Mode: Mode.Directory };
    }

    private void Refuse(string path, string message) => problems.Add(new(Printable(FullPath(path)), 0, 0, "", message));

    private static bool IsHidden(string name) => name.StartsWith('.') && name != "..";

    private static bool IsStrange(string name) =>
        name.Length == 0 || name == ".." || name.EnumerateRunes().Any(r => Rune.IsControl(r) || r.Value is '\\' or 0xFFFD || Rune.GetUnicodeCategory(r) == UnicodeCategory.Format);

    /// <summary>The path as problems show it: a name with strange characters is not put into logs as it is.</summary>
    public static string Printable(string path) => IsStrange(path) ? string.Concat(path.Select(c => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_' ? c : '?')) : path;
}
