using System.Text.RegularExpressions;

namespace Tidegate.Tests.Architecture;

/// <summary>The shape that docs/architecture.md promises, held against the sources.</summary>
public sealed partial class ArchitectureTests
{
    private const int LongestFile = 300;

    private static readonly string Root = RepositoryFolder.Root;

    private static readonly IReadOnlyDictionary<string, HashSet<string>> Table = ReadTable();

    [Fact]
    public void Folders_import_only_what_the_table_allows()
    {
        var arrows = new List<string>();
        foreach (var (folder, file, imported) in Usings())
        {
            if (imported != folder && !Table[folder].Contains(imported))
            {
                arrows.Add($"{folder}/{file} imports {imported}");
            }
        }

        arrows.ShouldBeEmpty();
    }

    [Fact]
    public void The_table_holds_no_arrow_that_nobody_uses()
    {
        var used = Usings().Select(u => (u.Folder, u.Imported)).ToHashSet();
        var unused = Table.SelectMany(row => row.Value.Select(imported => (row.Key, imported))).Where(a => !used.Contains(a));
        unused.ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_is_in_the_table() => Folders().ShouldBe(Table.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Sync_and_Proxy_do_not_know_each_other()
    {
        Table["Sync"].ShouldNotContain("Proxy");
        Table["Proxy"].ShouldNotContain("Sync");
    }

    [Theory]
    [InlineData("LibGit2Sharp", "Git")]
    [InlineData("k8s", "Upstream")]
    [InlineData("Yarp", "Proxy")]
    [InlineData("YamlDotNet", "Cli", "Configuration", "Yaml")]
    [InlineData("Microsoft.Data.Sqlite", "Store")]
    [InlineData("Prometheus", "Metrics")]
    [InlineData("System.CommandLine", "Cli")]
    [InlineData("Serilog", "Audit", "Hosting", "Journald")]
    public void A_package_is_named_only_where_the_table_says(string package, params string[] folders)
    {
        var naming = Sources().Where(s => UsesPackage(s.Text, package)).Select(s => s.Folder).Distinct().Order(StringComparer.Ordinal);
        naming.ShouldBe(folders);
    }

    [Fact]
    public void Types_are_not_public_and_files_are_short()
    {
        var faults = new List<string>();
        foreach (var (folder, file, text) in Sources())
        {
            if (PublicType().IsMatch(text))
            {
                faults.Add($"{folder}/{file} declares a public type");
            }

            var lines = text.Count(c => c == '\n');
            if (lines > LongestFile)
            {
                faults.Add($"{folder}/{file} has {lines} lines");
            }
        }

        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Each_folder_is_one_namespace()
    {
        var faults = Sources()
            .Where(s => Namespace().Match(s.Text).Groups[1].Value != (s.Folder == "Journald" ? "Serilog.Sinks.Journald" : $"Tidegate.{s.Folder}"))
            .Select(s => $"{s.Folder}/{s.File}");
        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Program_is_at_most_25_lines() => File.ReadAllLines(Path.Combine(Root, "daemon", "Program.cs")).Length.ShouldBeLessThanOrEqualTo(25);

    [Fact]
    public void Time_comes_from_TimeProvider_alone()
    {
        var faults = Sources().Where(s => Clock().IsMatch(s.Text)).Select(s => $"{s.Folder}/{s.File}");
        faults.ShouldBeEmpty();
    }

    private static IEnumerable<(string Folder, string File, string Imported)> Usings() =>
        from source in Sources()
        from Match match in Using().Matches(source.Text)
        let imported = match.Value.Contains("Serilog.Sinks.Journald", StringComparison.Ordinal) ? "Journald" : match.Groups[1].Value
        where imported.Length > 0
        select (source.Folder, source.File, imported);

    private static IEnumerable<(string Folder, string File, string Text)> Sources() =>
        from folder in Folders()
        from path in Directory.EnumerateFiles(Path.Combine(Root, "daemon", folder), "*.cs")
        select (folder, Path.GetFileName(path), File.ReadAllText(path));

    private static IEnumerable<string> Folders() => Directory.EnumerateDirectories(Path.Combine(Root, "daemon"))
        .Select(d => Path.GetFileName(d)!).Where(d => d is not ("bin" or "obj")).Order(StringComparer.Ordinal);

    private static bool UsesPackage(string text, string package) =>
        Regex.IsMatch(text, $@"^using (static )?(\w+ = )?{Regex.Escape(package)}[.;]", RegexOptions.Multiline);

    private static Dictionary<string, HashSet<string>> ReadTable() => File.ReadLines(Path.Combine(Root, "docs", "architecture.md"))
        .SkipWhile(l => !l.StartsWith("| folder |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
        .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells[1] != "root")
        .ToDictionary(
            cells => cells[1],
            cells => cells[2].Split(',', StringSplitOptions.TrimEntries).Where(c => c != "–").ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?(?:Tidegate\.(\w+)|Serilog\.Sinks\.Journald)", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^public (?:static |sealed |abstract |readonly |partial )*(?:class|record|struct|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"DateTime(Offset)?\.(UtcNow|Now)\b|Thread\.Sleep")]
    private static partial Regex Clock();
}
