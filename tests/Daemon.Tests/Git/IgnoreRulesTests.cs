using Tidegate.Git;

namespace Tidegate.Tests.Git;

/// <summary>Each case is put to git as well, so that the table cannot be wrong about gitignore.</summary>
public sealed class IgnoreRulesTests : IClassFixture<IgnoreRulesTests.Repository>
{
    private readonly Repository repository;

    public IgnoreRulesTests(Repository repository) => this.repository = repository;

    public static TheoryData<string, string, string> Cases { get; } = Tables.Read("ignore.tsv");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_what_git_means(string patterns, string path, string expected)
    {
        var text = string.Join('\n', patterns.Split(" | ")) + "\n";
        repository.Asks(text, path).ShouldBe(expected == "ignored", "git");
        IgnoreRules.Parse(text).IsIgnored(path, isDirectory: false).ShouldBe(expected == "ignored");
    }

    [Fact]
    public void Reads_lines_of_windows_and_a_byte_order_mark()
    {
        var rules = IgnoreRules.Parse("\uFEFFa.yaml\r\n\r\nb.yaml\r\n");
        rules.IsIgnored("a.yaml", false).ShouldBeTrue();
        rules.IsIgnored("b.yaml", false).ShouldBeTrue();
        rules.IsIgnored("c.yaml", false).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pattern_made_to_take_long_does_not()
    {
        var rules = IgnoreRules.Parse(string.Concat(Enumerable.Repeat("*a", 40)) + "b");
        var match = Task.Run(() => rules.IsIgnored(new string('a', 4000), false));
        (await match.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeFalse();
    }

    public sealed class Repository : IDisposable
    {
        private readonly ScratchRepository scratch = new();

        public bool Asks(string rules, string path)
        {
            scratch.Write(".gitignore", rules);
            return scratch.Git("check-ignore", "--no-index", "--", path).Length > 0;
        }

        public void Dispose() => scratch.Dispose();
    }
}
