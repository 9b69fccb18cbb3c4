using Tidegate.EndToEndTests.Gate;
using Tidegate.EndToEndTests.GitServers;
using Tidegate.EndToEndTests.Kubectl;

namespace Tidegate.EndToEndTests.Manual;

/// <summary>The manual pages as man, groff and mandoc read them.</summary>
public sealed class ManPageTests(GeneratedDocs docs) : IClassFixture<GeneratedDocs>
{
    private IReadOnlyList<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(docs.Folder, "man"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Man_prints_every_page_without_a_warning()
    {
        DebianPackages.Require("/usr/bin/man", "man-db");
        DebianPackages.Require("/usr/bin/groff", "groff");
        foreach (var page in Pages)
        {
            var result = await RunAsync("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", page);
            (result.ExitCode, result.Error).ShouldBe((0, ""), page);
            result.Output.ShouldContain("Tidegate Manual");
        }

        Pages.Count.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task Mandoc_finds_nothing_to_say()
    {
        DebianPackages.Require("/usr/bin/mandoc", "mandoc");
        var result = await RunAsync("mandoc", ["-T", "lint", "-W", "style", .. Pages]);
        (result.ExitCode, result.All).ShouldBe((0, ""));
    }

    [Fact]
    public async Task Whatis_finds_every_page_by_its_name()
    {
        foreach (var page in Pages)
        {
            var result = await RunAsync("lexgrog", page);
            result.Output.ShouldContain($"\"{Path.GetFileNameWithoutExtension(page)} - ", Case.Sensitive, page);
        }
    }

    [Fact]
    public async Task Two_runs_on_different_hosts_write_the_same()
    {
        var second = Directory.CreateTempSubdirectory("tidegate-docs-");
        try
        {
            await GeneratedDocs.GenerateAsync(second.FullName, ("TIDEGATE_CONFIG", "/elsewhere/teleport.yaml"), ("KUBECONFIG", "/elsewhere/config"), ("LANG", "de_DE.UTF-8"), ("HOME", "/elsewhere"));
            (await RunAsync("diff", "-r", docs.Folder, second.FullName)).All.ShouldBe("");
        }
        finally
        {
            second.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_an_error_with_its_name()
    {
        var (code, _, error) = await GateProcess.RunAsync("generate-docs", "--output", "/proc/docs");
        code.ShouldBe(1);
        error.ShouldStartWith("error: /proc/docs/man/man1/tidegate.1 cannot be written: ");
    }

    private static Task<ProgramResult> RunAsync(string program, params string[] arguments) =>
        new ProgramRun(program, arguments) { Environment = new Dictionary<string, string> { ["MANWIDTH"] = "80", ["MANROFFSEQ"] = "", ["LC_ALL"] = "C.UTF-8" } }.RunAsync(CancellationToken.None);
}
