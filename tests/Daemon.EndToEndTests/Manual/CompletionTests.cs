using Tidegate.EndToEndTests.GitServers;
using Tidegate.EndToEndTests.Kubectl;

namespace Tidegate.EndToEndTests.Manual;

/// <summary>The completions in the shells they are for.</summary>
public sealed class CompletionTests(GeneratedDocs docs) : IClassFixture<GeneratedDocs>
{
    private static readonly string Here = Path.Combine(AppContext.BaseDirectory, "Manual");

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(Here, "completions.tsv")).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var cells = line.Split('\t');
            data.Add(cells[0].TrimEnd('·'), cells[1]);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Bash(string typed, string offered) => (await BashAsync(typed)).Where(l => !l.StartsWith("compopt ", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ShouldBe(Words(offered));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Zsh(string typed, string offered)
    {
        DebianPackages.Require("/usr/bin/zsh", "zsh");
        (await LinesAsync("zsh", "-f", Path.Combine(Here, "complete.zsh"), Path.Combine(docs.Folder, "completions/zsh"), typed)).ShouldBe(Words(offered));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fish(string typed, string offered)
    {
        DebianPackages.Require("/usr/bin/fish", "fish");
        (await FishAsync(typed)).Select(w => w[(w.IndexOf('=', StringComparison.Ordinal) + 1)..]).ShouldBe(Words(offered));
    }

    [Theory]
    [InlineData("tidegate check -c ", "default")]
    [InlineData("tidegate check ", "dirnames")]
    [InlineData("tidegate configure --token-file=", "default")]
    public async Task Bash_completes_paths_itself(string typed, string how) => (await BashAsync(typed)).ShouldBe([$"compopt -o {how}"]);

    [Fact]
    public async Task Fish_offers_files_for_a_file_and_folders_for_a_folder()
    {
        var folder = Directory.CreateTempSubdirectory("tidegate-complete-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "some-folder"));
            File.WriteAllText(Path.Combine(folder.FullName, "some-file"), "");
            (await FishAsync($"tidegate check --config {folder.FullName}/some")).ShouldBe([$"{folder.FullName}/some-file", $"{folder.FullName}/some-folder/"]);
            (await FishAsync($"tidegate check {folder.FullName}/some")).ShouldBe([$"{folder.FullName}/some-folder/"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_script_is_loaded_without_a_word()
    {
        (await LinesAsync("bash", "-u", Path.Combine(docs.Folder, "completions/bash/tidegate"))).ShouldBeEmpty();
        (await LinesAsync("fish", "--no-config", Path.Combine(docs.Folder, "completions/fish/tidegate.fish"))).ShouldBeEmpty();
        (await LinesAsync("zsh", "-f", "-n", Path.Combine(docs.Folder, "completions/zsh/_tidegate"))).ShouldBeEmpty();
        DebianPackages.Require("/usr/bin/shellcheck", "shellcheck");
        (await LinesAsync("shellcheck", "-s", "bash", Path.Combine(docs.Folder, "completions/bash/tidegate"))).ShouldBeEmpty();
    }

    private Task<List<string>> BashAsync(string typed) =>
        LinesAsync("bash", Path.Combine(Here, "complete.bash"), Path.Combine(docs.Folder, "completions/bash/tidegate"), typed);

    private async Task<List<string>> FishAsync(string typed)
    {
        DebianPackages.Require("/usr/bin/fish", "fish");
        var lines = await LinesAsync("fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", Path.Combine(docs.Folder, "completions/fish/tidegate.fish"), typed);
        return [.. lines.Select(l => l.Split('\t')[0])];
    }

    private async Task<List<string>> LinesAsync(string program, params string[] arguments)
    {
        var result = await new ProgramRun(program, arguments) { WorkingDirectory = docs.Folder, Environment = new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8", ["TERM"] = "dumb" } }.RunAsync(CancellationToken.None);
        result.Error.ShouldBe("");
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')).Distinct().Order(StringComparer.Ordinal)];
    }

    private static string[] Words(string cell) => cell.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
