using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;

namespace Tidegate.Tests.Git;

public sealed class RepositoryWatchTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly ScratchRepository scratch = new();
    private readonly SemaphoreSlim signals = new(0);

    [Fact]
    public async Task A_commit_is_told()
    {
        scratch.Commit("a.yaml", "a: 1");
        using var watch = Start(scratch.Work);
        scratch.Commit("a.yaml", "a: 2");
        await Told();
    }

    [Fact]
    public async Task A_push_to_a_bare_repository_and_packed_references_are_told()
    {
        scratch.Commit("a.yaml", "a: 1");
        var bare = Path.Combine(scratch.Root, "bare.git");
        scratch.Git("clone", "-q", "--bare", ".", bare);
        using var watch = Start(bare);
        scratch.Commit("a.yaml", "a: 2");
        scratch.Git("push", "-q", bare, "main");
        await Told();
        await Quiet();
        scratch.Git("push", "-q", bare, "main:refs/heads/team/one");
        await Told();
        await Quiet();
        ScratchRepository.RunGit(bare, null, "pack-refs", "--all", "--prune");
        await Told();
        await Quiet();
        scratch.Commit("a.yaml", "a: 3");
        scratch.Git("push", "-q", bare, "main");
        await Told();
    }

    [Fact]
    public async Task A_commit_in_a_worktree_is_told()
    {
        scratch.Commit("a.yaml", "a: 1");
        var tree = Path.Combine(scratch.Root, "tree");
        scratch.Git("worktree", "add", "-q", "-b", "side", tree);
        using var watch = Start(tree);
        File.WriteAllText(Path.Combine(tree, "a.yaml"), "a: 2");
        ScratchRepository.RunGit(tree, null, "commit", "-q", "-a", "-m", "x");
        await Told();
    }

    [Fact]
    public async Task A_repository_that_appears_later_is_told_and_then_watched()
    {
        var late = Path.Combine(scratch.Root, "some", "where", "late");
        using var watch = Start(late);
        Directory.CreateDirectory(late);
        await Told();
        ScratchRepository.RunGit(late, null, "init", "-q", "-b", "main");
        await Told();
        await Quiet();
        ScratchRepository.RunGit(late, null, "commit", "-q", "--allow-empty", "-m", "x");
        await Told();
    }

    [Fact]
    public async Task A_repository_that_is_replaced_is_watched_again()
    {
        scratch.Commit("a.yaml", "a: 1");
        using var watch = Start(scratch.Work);
        Directory.Move(scratch.Work, $"{scratch.Work}.old");
        await Told();
        Directory.CreateDirectory(scratch.Work);
        scratch.Git("init", "-q", "-b", "main");
        await Told();
        await Quiet();
        scratch.Commit("a.yaml", "a: 2");
        await Told();
    }

    [Fact]
    public async Task Events_that_come_together_are_told_together()
    {
        scratch.Commit("a.yaml", "a: 1");
        var time = new FakeTimeProvider();
        using var watch = Start(scratch.Work, time);
        ScratchRepository.RunGit(scratch.Work, string.Concat(Enumerable.Range(0, 500).Select(i => $"create refs/heads/b{i} {scratch.Head}\n")), "update-ref", "--stdin");
        (await Quiet()).ShouldBe(0, "no time has passed in which they could have come apart");

        time.Advance(TimeSpan.FromMilliseconds(50));
        await Told();
        (await Quiet()).ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_told_after_the_end()
    {
        scratch.Commit("a.yaml", "a: 1");
        Start(scratch.Work).Dispose();
        scratch.Commit("a.yaml", "a: 2");
        (await Quiet()).ShouldBe(0);
    }

    [Fact]
    public void A_repository_of_another_host_is_not_watched()
    {
        GitUrl.TryParse("https://git.example.com/a.git", out var url, out _).ShouldBeTrue();
        RepositoryWatch.Start(url!, () => { }, TimeProvider.System, NullLogger<RepositoryWatch>.Instance).ShouldBeNull();
    }

    /// <summary>The promise is a second from the commit to the end of the fetch; the watch and the child share it.</summary>
    [Fact]
    public async Task From_commit_to_fetched_revision_is_less_than_a_second()
    {
        scratch.Commit("a.yaml", "a: 1");
        var fetcher = new GitFetcher(scratch.Mirror, FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
        var options = new GitRepositoryOptions { Url = scratch.Work };
        FetchTests.Updated(await FetchTests.Fetch(fetcher, options));
        using var watch = Start(scratch.Work);
        var clock = PromisedTime.Start();
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var id = scratch.Commit("a.yaml", $"b: {i}");
            var start = clock.Elapsed;
            await Told();
            FetchTests.Updated(await FetchTests.Fetch(fetcher, options)).Id.ShouldBe(id);
            var elapsed = clock.Elapsed - start;
            best = elapsed < best ? elapsed : best;
            await Quiet();
        }

        Console.WriteLine($"commit to fetched revision: {best.TotalMilliseconds:0} ms");
        clock.ShouldBeKept(TimeSpan.FromSeconds(1), best);
    }

    public void Dispose()
    {
        scratch.Dispose();
        signals.Dispose();
    }

    private RepositoryWatch Start(string path, TimeProvider? time = null)
    {
        GitUrl.TryParse(path, out var url, out _).ShouldBeTrue();
        return RepositoryWatch.Start(url!, () => signals.Release(), time ?? TimeProvider.System, NullLogger<RepositoryWatch>.Instance).ShouldNotBeNull();
    }

    private async Task Told() => (await signals.WaitAsync(Patience)).ShouldBeTrue("no event came");

    /// <summary>Takes what still comes until 300 ms pass without a signal; answers how many came.</summary>
    private async Task<int> Quiet()
    {
        var count = 0;
        while (await signals.WaitAsync(TimeSpan.FromMilliseconds(300)))
        {
            count++;
        }

        return count;
    }
}
