using Tidegate.Api;
using Tidegate.Git;

namespace Tidegate.Cli;

/// <summary>A folder of manifests that somebody names, read as a commit of it would be.</summary>
internal static class Folder
{
    /// <summary>The files with what is not read of the folder, for a question to the daemon.</summary>
    public static (IReadOnlyList<PlanFile> Files, IReadOnlyList<UnreadFile> Unread) Read(string folder)
    {
        var (files, problems) = DiskFolder.Read(folder);
        return ([.. files.Select(f => new PlanFile(f.Path, f.Content))], [.. problems.Select(p => new UnreadFile(p.File, p.Line, p.Message))]);
    }
}
