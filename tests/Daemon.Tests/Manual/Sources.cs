using System.Text.RegularExpressions;

namespace Tidegate.Tests.Manual;

/// <summary>The text of the production sources.</summary>
internal static partial class Sources
{
    public static IEnumerable<string> All()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Daemon.sln")))
        {
            folder = folder.Parent;
        }

        var daemon = Path.Combine(folder!.FullName, "daemon");
        return Directory.EnumerateFiles(daemon, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(daemon, f).Split('/')[0] is not ("bin" or "obj"))
            .Select(File.ReadAllText);
    }

    [GeneratedRegex("GetEnvironmentVariable\\(\"([A-Z_]+)\"\\)")]
    public static partial Regex Variables();

    [GeneratedRegex("TIDEGATE_([A-Z_]+)")]
    public static partial Regex JournalFields();
}
