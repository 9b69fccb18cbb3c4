namespace Tidegate.Git;

/// <summary>Finds the directory with a repository's references, as gitrepository-layout(5) describes it.</summary>
internal static class RepositoryLocation
{
    /// <summary>
    /// The git directory of what lies at <paramref name="path"/>: itself when it is bare, its <c>.git</c>, or what a <c>.git</c> file of a
    /// worktree or submodule names. Null when there is none.
    /// </summary>
    public static string? Find(string path)
    {
        var inner = Path.Combine(path, ".git");
        if (Directory.Exists(inner))
        {
            return inner;
        }

        if (File.Exists(inner))
        {
            const string Prefix = "gitdir:";
            var text = File.ReadAllText(inner).Trim();
            var target = text.StartsWith(Prefix, StringComparison.Ordinal) ? Path.GetFullPath(text[Prefix.Length..].Trim(), path) : null;
            return Directory.Exists(target) ? target : null;
        }

        return File.Exists(Path.Combine(path, "HEAD")) && Directory.Exists(Path.Combine(path, "objects")) ? path : null;
    }

    /// <summary>The git directory and, for a worktree, the common one that holds its branches.</summary>
    public static IEnumerable<string> ReferencePlaces(string gitDirectory)
    {
        yield return gitDirectory;
        var common = Path.Combine(gitDirectory, "commondir");
        if (File.Exists(common))
        {
            yield return Path.GetFullPath(File.ReadAllText(common).Trim(), gitDirectory);
        }
    }
}
