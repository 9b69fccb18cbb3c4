using Tidegate.Api;
using Tidegate.Git;

namespace Tidegate.Cli;

/// <summary>Reads a work tree's manifests, as a commit of it would hold them.</summary>
internal static class Folder
{
    private const long LargestFile = 1024 * 1024;

    /// <summary>All manifest files below a folder, ordered by path, less those of <c>.tidegateignore</c>. Hidden folders are left out, links are not followed.</summary>
    /// <exception cref="CommandException">A file cannot be read, or is larger than a manifest may be.</exception>
    public static IReadOnlyList<PlanFile> Read(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden };
        var ignoreFile = Path.Combine(folder, IgnoreRules.FileName);
        var ignored = File.Exists(ignoreFile) ? IgnoreRules.Parse(File.ReadAllText(ignoreFile)) : IgnoreRules.None;
        var files = new List<PlanFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", options).Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(folder, path);
            if (Path.GetExtension(path) is not (".yaml" or ".yml" or ".json") || ignored.IsIgnored(relative, isDirectory: false))
            {
                continue;
            }

            try
            {
                if (new FileInfo(path).Length > LargestFile)
                {
                    throw new CommandException($"{path} is larger than 1 MiB; list it in .tidegateignore or split it", ExitCode.Usage);
                }

                files.Add(new(relative, File.ReadAllBytes(path)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"{path} cannot be read: {e.Message}", ExitCode.Usage);
            }
        }

        return files;
    }
}
