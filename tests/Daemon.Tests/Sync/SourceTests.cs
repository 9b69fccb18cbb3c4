using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Registry;
using Tidegate.Store;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Upstream;

namespace Tidegate.Tests.Sync;

/// <summary>The configuration names another repository, branch or folder: nothing of the old one stands in for what is broken in the new one.</summary>
public sealed class SourceTests : IDisposable
{
    private const string Lock = "kind: lock\nversion: v2\nmetadata: { name: bob }\nspec: { target: { user: bob } }\n";
    private const string Broken = "kind: lock\nversion: v2\nmetadata: { name: bob }\nspec: { tarket: { user: bob } }\n";
    private const string Alice = "kind: user\nversion: v2\nmetadata: { name: alice }\nspec: { roles: [] }\n";

    private readonly ScratchRepository first = new();
    private readonly ScratchRepository second = new();
    private readonly RecordingLogger<Reconciler> log = new();
    private readonly RecordingLogger<SyncLoop> passes = new();
    private StateStore? store;
    private Reconciler reconciler = null!;
    private SyncLoop loop = null!;
    private ClusterRegistry registry = null!;

    private string StoreFile => Path.Combine(first.Root, "state.db");

    public static TheoryData<string, bool> Changes => new()
    {
        { "url", false }, { "url", true }, { "branch", false }, { "branch", true }, { "tag", false }, { "tag", true }, { "commit", false }, { "commit", true },
        { "path", false }, { "path", true },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_broken_document_gets_no_last_good_version_of_another_source(string what, bool restarts)
    {
        var (before, after) = Prepare(what);
        Start(before);
        (await loop.FirstPassAsync(CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        registry.Current.State.Locks.Keys.ShouldBe(["bob"]);

        Change(after, restarts);
        registry.Current.State.Locks.Keys.ShouldBe(["bob"], "until a commit of the new source is applied");
        loop.Served.ShouldNotBe(loop.Source);
        log.Lines.ShouldContain(l => l.StartsWith($"The configuration names {RepositorySource.Of(after)}; until", StringComparison.Ordinal));
        var pass = await loop.FirstPassAsync(CancellationToken.None);

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        registry.Current.State.Locks.ShouldBeEmpty();
        registry.Current.State.Users.Keys.ShouldBe(["alice"]);
        registry.Current.State.Problems.ShouldAllBe(p => !p.KeepsLastGood);
        registry.Current.State.Users["alice"].Origin.Revision.ShouldBe(pass.Revision!.Id);
        loop.Served.ShouldBe(RepositorySource.Of(after));
        pass.Notes.ShouldHaveSingleItem().Text.ShouldContain(RepositorySource.Of(before).ToString());
        loop.History(1)[0].Notes.ShouldBe(pass.Notes);
        passes.Lines.ShouldContain(l => l.Contains("is of another source", StringComparison.Ordinal));

        // And so it stays for the next process.
        Restart(after);
        registry.Current.State.Locks.ShouldBeEmpty();
        loop.Served.ShouldBe(loop.Source);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_new_repository_does_not_answer_the_old_state_is_served_under_its_own_name(bool restarts)
    {
        first.Commit("lock.yaml", Lock);
        Start(Options(first));
        await loop.FirstPassAsync(CancellationToken.None);
        var away = Options(first) with { Url = "/nonexistent/clusters.git" };

        Change(away, restarts);
        (await loop.FirstPassAsync(CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Unreachable);

        registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        (loop.Served!.Address, loop.Source.Address).ShouldBe((first.Work, "/nonexistent/clusters.git"));

        // What expires is still looked at, and does not make the state the new repository's.
        (await reconciler.RunAsync(new("expiry", Fetches: false), CancellationToken.None)).Error.ShouldBeNull();
        registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        loop.Served!.Address.ShouldBe(first.Work);
    }

    [Fact]
    public async Task Another_spelling_of_the_same_source_keeps_last_good_versions()
    {
        first.Commit("m/lock.yaml", Lock);
        Start(Options(first) with { Path = "m", Branch = "main" });
        await loop.FirstPassAsync(CancellationToken.None);
        first.Commit("m/lock.yaml", Broken);

        Change(Options(first) with { Url = $"file://{first.Work}/", Path = "./m//", Branch = "main" }, restarts: true);
        var pass = await loop.FirstPassAsync(CancellationToken.None);

        registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        pass.Notes.ShouldBeEmpty();
        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_number_of_removals_is_no_matter_across_sources_but_an_empty_source_is_held()
    {
        foreach (var user in new[] { "a", "b", "c", "d", "e" })
        {
            first.Write($"{user}.yaml", Alice.Replace("alice", user, StringComparison.Ordinal));
        }

        first.CommitAll();
        second.Commit("readme.md", "empty");
        Start(Options(first));
        await loop.FirstPassAsync(CancellationToken.None);

        Change(Options(second), restarts: false);
        var held = await loop.FirstPassAsync(CancellationToken.None);
        held.Outcome.ShouldBe(PassOutcome.Rejected);
        held.Error!.ShouldContain("would leave nobody with access, and is of another source than what is in force");
        loop.Served!.Address.ShouldBe(first.Work);
        registry.Current.State.Users.Count.ShouldBe(5);

        second.Commit("alice.yaml", Alice);
        (await loop.FirstPassAsync(CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        registry.Current.State.Users.Keys.ShouldBe(["alice"]);
    }

    /// <summary>The file was written by the program before sources were stored; its lock is a last good version.</summary>
    [Theory]
    [InlineData("none", true)]
    [InlineData("same", true)]
    [InlineData("other", false)]
    public async Task A_store_of_an_earlier_version_is_of_the_configured_source_unless_the_mirror_names_another(string mirror, bool keeps)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Store", "version-1.db"), StoreFile);
        first.Write("people.yaml", Tests.State.StateFixture.Role("editor") + "\n---\n" + Tests.State.StateFixture.User("alice", "editor") + "\n");
        first.Commit("lock.yaml", Broken);
        if (mirror != "none")
        {
            second.Commit("a.yaml", Alice);
            var fetched = await FetchTests.Fetch(Fetcher("mirror.git"), Options(mirror == "same" ? first : second));
            FetchTests.Updated(fetched);
        }

        Start(Options(first));
        reconciler.Restore().ShouldBeTrue();
        registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        (loop.Served == loop.Source).ShouldBe(keeps);
        var pass = await loop.FirstPassAsync(CancellationToken.None);

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        registry.Current.State.Locks.Keys.ShouldBe(keeps ? ["bob"] : []);
        loop.History(10).Count.ShouldBe(3, "the history of the earlier version is still there");
    }

    public void Dispose()
    {
        store?.Dispose();
        first.Dispose();
        second.Dispose();
    }

    private static GitRepositoryOptions Options(ScratchRepository repository) => new() { Url = repository.Work, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>A source with a lock, and another one where its document is broken.</summary>
    private (GitRepositoryOptions Before, GitRepositoryOptions After) Prepare(string what)
    {
        first.Write("a/people.yaml", Alice);
        first.Write("a/lock.yaml", Lock);
        first.Write("b/people.yaml", Alice);
        var before = first.Commit("b/lock.yaml", Broken);
        first.Git("tag", "one");
        first.Git("checkout", "-q", "-b", "side");
        first.Write("b/people.yaml", Alice);
        var after = first.Commit("a/lock.yaml", Broken);
        first.Git("tag", "two");
        first.Git("checkout", "-q", "main");
        second.Write("a/people.yaml", Alice);
        second.Commit("a/lock.yaml", Broken);
        var options = Options(first) with { Path = "a" };
        return what switch
        {
            "url" => (options, Options(second) with { Path = "a" }),
            "branch" => (options with { Branch = "main" }, options with { Branch = "side" }),
            "tag" => (options with { Tag = "one" }, options with { Tag = "two" }),
            "commit" => (options with { Commit = before }, options with { Commit = after }),
            _ => (options, options with { Path = "b" }),
        };
    }

    private void Change(GitRepositoryOptions options, bool restarts)
    {
        if (restarts)
        {
            Restart(options);
        }
        else
        {
            reconciler.Reconfigure(SyncOptionsOf(options));
        }
    }

    private void Restart(GitRepositoryOptions options)
    {
        store!.Dispose();
        Start(options);
        reconciler.Restore().ShouldBeTrue();
    }

    private void Start(GitRepositoryOptions options)
    {
        store = StateStore.Open(StoreFile, NullLogger<StateStore>.Instance);
        registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), TimeProvider.System, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        reconciler = new(new(Fetcher("mirror.git"), Fetcher("preview.git")), store, registry, SyncOptionsOf(options), TimeProvider.System, log);
        loop = new(reconciler, new(TimeSpan.FromMinutes(1)), TimeProvider.System, passes);
    }

    private static SyncOptions SyncOptionsOf(GitRepositoryOptions options) => new(options, new() { Selectors = [] }, new(50, AllowEmpty: false));

    private GitFetcher Fetcher(string name) => new(Path.Combine(first.Root, name), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
}
