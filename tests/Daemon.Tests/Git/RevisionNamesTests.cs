using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Sync;
using static Tidegate.Tests.Git.FetchTests;

namespace Tidegate.Tests.Git;

/// <summary>Commits are named as in git. The repository: main has one, two and a merge of side's three; side has three, whose parent is one.</summary>
public sealed class RevisionNamesTests : IDisposable
{
    private readonly ScratchRepository scratch = new();
    private readonly Dictionary<string, string> commits = new(StringComparer.Ordinal);

    public RevisionNamesTests()
    {
        commits["one"] = scratch.Commit("a.yaml", "1", "one");
        scratch.Git("tag", "v1");
        scratch.Git("checkout", "-q", "-b", "side");
        commits["three"] = scratch.Commit("b.yaml", "3", "three");
        scratch.Git("tag", "-a", "-m", "annotated", "v3");
        scratch.Git("checkout", "-q", "main");
        commits["two"] = scratch.Commit("a.yaml", "2", "two");
        scratch.Git("merge", "-q", "--no-ff", "-m", "merge", "side");
        commits["merge"] = scratch.Head;
        scratch.Git("branch", "feature/x-1", commits["two"]);
        scratch.Git("branch", "both", commits["one"]);
        scratch.Git("tag", "both", commits["two"]);
        scratch.Git("branch", "alike", commits["one"]);
        scratch.Git("tag", "alike", commits["one"]);
        scratch.Git("branch", "a@b", commits["two"]);
    }

    [Theory]
    [InlineData("HEAD", "merge")]
    [InlineData("@", "merge")]
    [InlineData("main", "merge")]
    [InlineData("refs/heads/main", "merge")]
    [InlineData("heads/main", "merge")]
    [InlineData("HEAD~", "two")]
    [InlineData("HEAD~1", "two")]
    [InlineData("@~1", "two")]
    [InlineData("main^", "two")]
    [InlineData("main^2", "three")]
    [InlineData("main^2~1", "one")]
    [InlineData("main~2", "one")]
    [InlineData("main^0", "merge")]
    [InlineData("v1", "one")]
    [InlineData("v3", "three")]
    [InlineData("v3^{}", "three")]
    [InlineData("v3^{commit}~", "one")]
    [InlineData("refs/tags/v3", "three")]
    [InlineData("tags/v3", "three")]
    [InlineData("feature/x-1", "two")]
    [InlineData("a@b", "two")]
    [InlineData("refs/heads/both", "one")]
    [InlineData("refs/tags/both", "two")]
    [InlineData("alike", "one")]
    public async Task A_name_is_found(string name, string commit) => (await FindAsync(name)).ShouldBe(commits[commit]);

    [Theory]
    [InlineData(40)]
    [InlineData(12)]
    [InlineData(7)]
    [InlineData(4)]
    public async Task The_first_digits_of_an_id_are_enough(int digits)
    {
        (await FindAsync(commits["three"][..digits])).ShouldBe(commits["three"]);
        (await FindAsync(commits["three"][..digits].ToUpperInvariant() + "~1")).ShouldBe(commits["one"]);
    }

    [Theory]
    [InlineData("absent", "no commit, branch or tag 'absent'")]
    [InlineData("main~99", "no commit, branch or tag 'main~99'")]
    [InlineData("main^3", "no commit, branch or tag 'main^3'")]
    [InlineData("ffffffff", "no commit, branch or tag 'ffffffff'")]
    [InlineData("abc", "no commit, branch or tag 'abc'")]
    [InlineData("both", "is a branch and a tag: write refs/heads/both or refs/tags/both")]
    [InlineData("both~1", "is a branch and a tag: write refs/heads/both or refs/tags/both")]
    [InlineData("", "does not name a commit")]
    [InlineData("^main", "does not name a commit")]
    [InlineData(":/one", "does not name a commit")]
    [InlineData("HEAD^{/one}", "does not name a commit")]
    [InlineData("HEAD:a.yaml", "does not name a commit")]
    [InlineData("HEAD^{tree}", "does not name a commit")]
    [InlineData("main@{1}", "does not name a commit")]
    [InlineData("@{upstream}", "does not name a commit")]
    [InlineData("a b", "does not name a commit")]
    [InlineData("main\u202e", "no commit, branch or tag 'main\\u202e'")]
    [InlineData("main\u001b[31m", "does not name a commit")]
    [InlineData("-x", "no commit, branch or tag '-x'")]
    public async Task What_names_no_commit_is_one_clear_error(string name, string words)
    {
        var failed = (await Fetcher().FindAsync(Options(), [name], CancellationToken.None)).ShouldBeOfType<FetchResult.Failed>();
        failed.Message.ShouldContain(words);
        failed.Message.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task HEAD_is_what_the_gate_follows()
    {
        foreach (var (options, commit) in new[]
                 {
                     (Options() with { Branch = "side" }, "three"), (Options() with { Tag = "v1" }, "one"), (Options() with { Commit = commits["two"] }, "two"), (Options(), "merge"),
                 })
        {
            var found = (await Fetcher().FindAsync(options, ["HEAD", "main"], CancellationToken.None)).ShouldBeOfType<FetchResult.Named>(options.ToString());
            found.Revisions.Select(r => r.Id).ShouldBe([commits[commit], commits["merge"]]);
        }
    }

    [Fact]
    public async Task A_branch_that_is_gone_or_moved_is_so_for_the_next_question()
    {
        var fetcher = Fetcher();
        (await fetcher.FindAsync(Options(), ["side"], CancellationToken.None)).ShouldBeOfType<FetchResult.Named>();
        scratch.Git("branch", "-q", "-D", "side");
        scratch.Git("branch", "side/ways", commits["one"]);
        scratch.Git("branch", "-q", "-f", "feature/x-1", commits["one"]);
        Failed(await fetcher.FindAsync(Options(), ["side"], CancellationToken.None), FetchFailure.NotFound);
        var found = (await fetcher.FindAsync(Options(), ["side/ways", "feature/x-1"], CancellationToken.None)).ShouldBeOfType<FetchResult.Named>();
        found.Revisions.Select(r => r.Subject).ShouldBe(["one", "one"]);
    }

    [Fact]
    public async Task A_commit_that_is_here_needs_no_repository()
    {
        var fetcher = Fetcher();
        (await fetcher.FindAsync(Options(), ["HEAD"], CancellationToken.None)).ShouldBeOfType<FetchResult.Named>();
        Directory.Move(Path.Combine(scratch.Work, ".git"), Path.Combine(scratch.Work, "away"));
        var found = (await fetcher.FindAsync(Options(), [commits["one"], commits["three"]], CancellationToken.None)).ShouldBeOfType<FetchResult.Named>();
        found.Revisions.Select(r => r.Subject).ShouldBe(["one", "three"]);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("main", null, "main")]
    [InlineData("HEAD~1..HEAD", "HEAD~1", "HEAD")]
    [InlineData("v1..", "v1", "HEAD")]
    [InlineData("..v1", "HEAD", "v1")]
    [InlineData("a.b..c.d", "a.b", "c.d")]
    public void Two_dots_part_the_ends_of_a_range(string? text, string? from, string? to) => RevisionRange.Parse(text).ShouldBe((new RevisionRange(from, to), null));

    [Theory]
    [InlineData("main...side", "write A..B")]
    [InlineData("...", "write A..B")]
    [InlineData("a..b..c", "two ends")]
    public void Three_dots_are_refused_with_the_reason(string text, string words)
    {
        var (range, error) = RevisionRange.Parse(text);
        range.ShouldBeNull();
        error.ShouldNotBeNull().ShouldContain(words);
    }

    public void Dispose() => scratch.Dispose();

    private async Task<string> FindAsync(string name)
    {
        var result = await Fetcher().FindAsync(Options(), [name], CancellationToken.None);
        return result.ShouldBeOfType<FetchResult.Named>(result.ToString()).Revisions.ShouldHaveSingleItem().Id;
    }

    private GitFetcher Fetcher() => new(scratch.Mirror, Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);

    private GitRepositoryOptions Options() => new() { Url = scratch.Work, Timeout = TimeSpan.FromSeconds(120) };
}
