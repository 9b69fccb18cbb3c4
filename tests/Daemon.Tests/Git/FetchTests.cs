using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Values;

namespace Tidegate.Tests.Git;

/// <summary>The fetch child as a real process against real local repositories.</summary>
public sealed class FetchTests : IDisposable
{
    private readonly ScratchRepository scratch = new();

    internal static FetchCommand Command { get; } = new("dotnet", [typeof(GitFetcher).Assembly.Location, FetchCommand.Verb]);

    [Fact]
    public async Task Clones_then_says_unchanged_then_updated()
    {
        var first = scratch.Commit("a.yaml", "a: 1", "Add a");
        var fetcher = Fetcher();

        var revision = Updated(await Fetch(fetcher, Options()));
        revision.Id.ShouldBe(first);
        revision.Author.ShouldBe("Ada <ada@example.com>");
        revision.Subject.ShouldBe("Add a");
        (await Fetch(fetcher, Options())).ShouldBeOfType<FetchResult.Unchanged>().Revision.Id.ShouldBe(first);

        var second = scratch.Commit("a.yaml", "a: 2");
        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(second);
    }

    [Theory]
    [InlineData("Add \u202ea", "Add \\u202ea")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("ship \U0001F680 it", "ship \U0001F680 it")]
    [InlineData("zero\u200bwidth\u0085x", "zero\\u200bwidth\\u0085x")]
    public async Task Subjects_and_authors_are_fit_for_a_line(string written, string shown)
    {
        scratch.Write("a.yaml", "a: 1");
        scratch.Git("add", "-A");
        scratch.Git("-c", "i18n.commitEncoding=utf-8", "commit", "-q", "-m", written, $"--author=Eve {written} <eve@example.com>");
        var revision = Updated(await Fetch(Fetcher(), Options()));
        revision.Subject.ShouldBe(shown);
        revision.Author.ShouldBe($"Eve {shown} <eve@example.com>");
    }

    [Fact]
    public async Task Reads_a_file_address()
    {
        var id = scratch.Commit("a.yaml", "a: 1");
        Updated(await Fetch(Fetcher(), Options() with { Url = $"file://{scratch.Work}/.git" })).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Follows_branch_annotated_tag_and_commit()
    {
        var tagged = scratch.Commit("a.yaml", "a: 1");
        scratch.Git("tag", "-a", "-m", "v1", "v1");
        var head = scratch.Commit("a.yaml", "a: 2");
        scratch.Git("checkout", "-q", "-b", "side");
        var side = scratch.Commit("a.yaml", "a: 3");
        scratch.Git("checkout", "-q", "main");
        var fetcher = Fetcher();

        Updated(await Fetch(fetcher, Options() with { Branch = "side" })).Id.ShouldBe(side);
        Updated(await Fetch(fetcher, Options() with { Tag = "v1" })).Id.ShouldBe(tagged);
        Updated(await Fetch(fetcher, Options())).Id.ShouldBe(head);
        Updated(await Fetch(Fetcher("other.git"), Options() with { Commit = tagged })).Id.ShouldBe(tagged);
    }

    [Fact]
    public async Task Follows_a_forced_push_to_unrelated_history()
    {
        scratch.Commit("a.yaml", "a: 1");
        var fetcher = Fetcher();
        Updated(await Fetch(fetcher, Options() with { Branch = "main" }));
        scratch.Git("checkout", "-q", "--orphan", "new");
        var rewritten = scratch.Commit("b.yaml", "b: 1");
        scratch.Git("branch", "-q", "-f", "main", rewritten);

        Updated(await Fetch(fetcher, Options() with { Branch = "main" })).Id.ShouldBe(rewritten);
    }

    [Fact]
    public async Task A_branch_deleted_on_the_server_is_not_found_though_the_mirror_still_has_it()
    {
        scratch.Commit("a.yaml", "a: 1");
        scratch.Git("branch", "side");
        var fetcher = Fetcher();
        Updated(await Fetch(fetcher, Options() with { Branch = "side" }));
        scratch.Git("branch", "-q", "-D", "side");

        Failed(await Fetch(fetcher, Options() with { Branch = "side" }), FetchFailure.NotFound).ShouldContain("no branch \"side\"");
    }

    [Theory]
    [InlineData("branch")]
    [InlineData("tag")]
    [InlineData("commit")]
    public async Task A_missing_reference_is_named(string kind)
    {
        scratch.Commit("a.yaml", "a: 1");
        var name = kind == "commit" ? new string('a', 40) : "absent";
        var options = kind switch
        {
            "branch" => Options() with { Branch = name },
            "tag" => Options() with { Tag = name },
            _ => Options() with { Commit = name },
        };
        Failed(await Fetch(Fetcher(), options), FetchFailure.NotFound).ShouldContain(name);
    }

    [Fact]
    public async Task An_empty_repository_is_not_found_and_says_so() =>
        Failed(await Fetch(Fetcher(), Options()), FetchFailure.NotFound).ShouldContain("empty");

    [Fact]
    public async Task A_directory_that_is_absent_or_no_repository_is_not_found()
    {
        Failed(await Fetch(Fetcher(), Options() with { Url = "/nonexistent/repo" }), FetchFailure.NotFound).ShouldContain("/nonexistent/repo");
        var plain = Directory.CreateDirectory(Path.Combine(scratch.Root, "plain")).FullName;
        Failed(await Fetch(Fetcher(), Options() with { Url = plain }), FetchFailure.NotFound).ShouldContain("no git repository");
    }

    [Fact]
    public async Task A_repository_with_long_object_ids_is_unsupported()
    {
        using var modern = new ScratchRepository("--object-format=sha256");
        modern.Commit("a.yaml", "a: 1");
        Failed(await Fetch(Fetcher(), Options() with { Url = modern.Work }), FetchFailure.Unsupported).ShouldContain("SHA-256");
    }

    [Fact]
    public async Task A_repository_of_another_owner_is_read()
    {
        scratch.Commit("a.yaml", "a: 1");
        ScratchRepository.Run("chown", "-R", "65534:65534", scratch.Work);
        Updated(await Fetch(Fetcher(), Options()));
    }

    [Fact]
    public async Task Another_address_makes_another_mirror()
    {
        scratch.Commit("a.yaml", "a: 1");
        using var other = new ScratchRepository();
        var id = other.Commit("b.yaml", "b: 1");
        var fetcher = Fetcher();
        var old = Updated(await Fetch(fetcher, Options()));

        Updated(await Fetch(fetcher, Options() with { Url = other.Work })).Id.ShouldBe(id);
        Should.Throw<DamagedMirrorException>(() => CommitTree.Open(scratch.Mirror, old.Id));
    }

    [Fact]
    public async Task Options_that_contradict_each_other_start_no_child()
    {
        var fetcher = new GitFetcher(scratch.Mirror, new FetchCommand("/nonexistent/binary", []), TimeProvider.System, NullLogger<GitFetcher>.Instance);
        Failed(await Fetch(fetcher, Options() with { Branch = "a", Tag = "b" }), FetchFailure.Configuration).ShouldContain("exactly one");
    }

    [Fact]
    public async Task A_child_that_dies_is_a_failure_and_no_exception()
    {
        var fetcher = new GitFetcher(scratch.Mirror, new FetchCommand("/bin/false", []), TimeProvider.System, NullLogger<GitFetcher>.Instance);
        Failed(await Fetch(fetcher, Options()), FetchFailure.Other).ShouldContain("without an answer");
    }

    public void Dispose() => scratch.Dispose();

    internal static Task<FetchResult> Fetch(GitFetcher fetcher, GitRepositoryOptions options) => fetcher.FetchAsync(options, CancellationToken.None);

    internal static Revision Updated(FetchResult result) => result.ShouldBeOfType<FetchResult.Updated>(result.ToString()).Revision;

    internal static string Failed(FetchResult result, FetchFailure failure)
    {
        var failed = result.ShouldBeOfType<FetchResult.Failed>(result.ToString());
        failed.Failure.ShouldBe(failure, failed.Message);
        return failed.Message;
    }

    private GitFetcher Fetcher(string name = "mirror.git") =>
        new(Path.Combine(scratch.Root, name), Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);

    private GitRepositoryOptions Options() => new() { Url = scratch.Work, Timeout = TimeSpan.FromSeconds(120) };
}
