using System.Text.RegularExpressions;

namespace Tidegate.Tests.Manual;

/// <summary>The text of the production sources.</summary>
internal static partial class Sources
{
    public static IEnumerable<string> All()
    {
        var daemon = Path.Combine(RepositoryFolder.Root, "daemon");
        return Directory.EnumerateFiles(daemon, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(daemon, f).Split('/')[0] is not ("bin" or "obj"))
            .Select(File.ReadAllText);
    }

    /// <summary>What packages install beside the program.</summary>
    public static IEnumerable<string> Packaging() => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "packaging"), "*", SearchOption.AllDirectories)
        .Where(f => Path.GetExtension(f) is ".service" or ".socket" or ".conf" or ".catalog").Select(File.ReadAllText);

    /// <summary>Environment variables: read by name, or in a constant whose name says whose protocol it is.</summary>
    [GeneratedRegex("GetEnvironmentVariable\\(\"([A-Z_]+)\"\\)|\"((?:LISTEN|NOTIFY|WATCHDOG|CREDENTIALS)_[A-Z]+)\"")]
    public static partial Regex Variables();

    [GeneratedRegex("TIDEGATE_([A-Z_]+)")]
    public static partial Regex JournalFields();

    [GeneratedRegex(@"man:((?:tidegate|teleport)[\w.-]*)\((\d)\)")]
    public static partial Regex PageReferences();
}
