using Tidegate.Git;
using Tidegate.Sync;
using Tidegate.Tests.Git;

namespace Tidegate.Tests.Sync;

/// <summary>The configuration names another repository, branch or folder: nothing of the old one stands in for what is broken in the new one.</summary>
public sealed class SourceTests : IDisposable
{
    private const string Lock = "kind: lock\nversion: v2\nmetadata: { name: bob }\nspec: { target: { user: bob } }\n";
    private const string Broken = "kind: lock\nversion: v2\nmetadata: { name: bob }\nspec: { tarket: { user: bob } }\n";
    private const string Alice = "kind: user\nversion: v2\nmetadata: { name: alice }\nspec: { roles: [] }\n";

    private readonly SourceScene scene = new();

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
        scene.Start(before);
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"]);

        scene.Change(after, restarts);
        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"], "until a commit of the new source is applied");
        scene.Loop.Served.ShouldNotBe(scene.Loop.Source);
        scene.Log.Lines.ShouldContain(l => l.StartsWith($"The configuration names {RepositorySource.Of(after)}; until", StringComparison.Ordinal));
        var pass = await scene.PassAsync();

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        scene.Registry.Current.State.Locks.ShouldBeEmpty();
        scene.Registry.Current.State.Users.Keys.ShouldBe(["alice"]);
        scene.Registry.Current.State.Problems.ShouldAllBe(p => !p.KeepsLastGood);
        scene.Registry.Current.State.Users["alice"].Origin.Revision.ShouldBe(pass.Revision!.Id);
        scene.Loop.Served.ShouldBe(RepositorySource.Of(after));
        pass.Notes.ShouldHaveSingleItem().Text.ShouldContain(RepositorySource.Of(before).ToString());
        scene.Loop.History(1)[0].Notes.ShouldBe(pass.Notes);
        scene.Passes.Lines.ShouldContain(l => l.Contains("is of another source", StringComparison.Ordinal));

        // And so it stays for the next process.
        scene.Restart(after);
        scene.Registry.Current.State.Locks.ShouldBeEmpty();
        scene.Loop.Served.ShouldBe(scene.Loop.Source);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_new_repository_does_not_answer_the_old_state_is_served_under_its_own_name(bool restarts)
    {
        scene.First.Commit("lock.yaml", Lock);
        scene.Start(SourceScene.Options(scene.First));
        await scene.PassAsync();
        var away = SourceScene.Options(scene.First) with { Url = "/nonexistent/clusters.git" };

        scene.Change(away, restarts);
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Unreachable);

        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        (scene.Loop.Served!.Address, scene.Loop.Source.Address).ShouldBe((scene.First.Work, "/nonexistent/clusters.git"));

        // What expires is still looked at, and does not make the state the new repository's.
        (await scene.Reconciler.RunAsync(new("expiry", Fetches: false), CancellationToken.None)).Error.ShouldBeNull();
        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        scene.Loop.Served!.Address.ShouldBe(scene.First.Work);
    }

    [Fact]
    public async Task Another_spelling_of_the_same_source_keeps_last_good_versions()
    {
        scene.First.Commit("m/lock.yaml", Lock);
        scene.Start(SourceScene.Options(scene.First) with { Path = "m", Branch = "main" });
        await scene.PassAsync();
        scene.First.Commit("m/lock.yaml", Broken);

        scene.Change(SourceScene.Options(scene.First) with { Url = $"file://{scene.First.Work}/", Path = "./m//", Branch = "main" }, restarts: true);
        var pass = await scene.PassAsync();

        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        pass.Notes.ShouldBeEmpty();
        scene.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_number_of_removals_is_no_matter_across_sources_but_an_empty_source_is_held()
    {
        foreach (var user in new[] { "a", "b", "c", "d", "e" })
        {
            scene.First.Write($"{user}.yaml", Alice.Replace("alice", user, StringComparison.Ordinal));
        }

        scene.First.CommitAll();
        scene.Second.Commit("readme.md", "empty");
        scene.Start(SourceScene.Options(scene.First));
        await scene.PassAsync();

        scene.Change(SourceScene.Options(scene.Second), restarts: false);
        var held = await scene.PassAsync();
        held.Outcome.ShouldBe(PassOutcome.Rejected);
        held.Error!.ShouldContain("would leave nobody with access, and is of another source than what is in force");
        scene.Loop.Served!.Address.ShouldBe(scene.First.Work);
        scene.Registry.Current.State.Users.Count.ShouldBe(5);

        scene.Second.Commit("alice.yaml", Alice);
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        scene.Registry.Current.State.Users.Keys.ShouldBe(["alice"]);
    }

    /// <summary>The file was written by the program before sources were stored; its lock is a last good version.</summary>
    [Theory]
    [InlineData("none", true)]
    [InlineData("same", true)]
    [InlineData("other", false)]
    public async Task A_store_of_an_earlier_version_is_of_the_configured_source_unless_the_mirror_names_another(string mirror, bool keeps)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Store", "version-1.db"), scene.StoreFile);
        scene.First.Write("people.yaml", Tests.State.StateFixture.Role("editor") + "\n---\n" + Tests.State.StateFixture.User("alice", "editor") + "\n");
        scene.First.Commit("lock.yaml", Broken);
        if (mirror != "none")
        {
            scene.Second.Commit("a.yaml", Alice);
            var fetched = await FetchTests.Fetch(scene.Fetcher("mirror.git"), SourceScene.Options(mirror == "same" ? scene.First : scene.Second));
            FetchTests.Updated(fetched);
        }

        scene.Start(SourceScene.Options(scene.First));
        scene.Reconciler.Restore().ShouldBeTrue();
        scene.Registry.Current.State.Locks.Keys.ShouldBe(["bob"]);
        (scene.Loop.Served == scene.Loop.Source).ShouldBe(keeps);
        var pass = await scene.PassAsync();

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        scene.Registry.Current.State.Locks.Keys.ShouldBe(keeps ? ["bob"] : []);
        scene.Loop.History(10).Count.ShouldBe(3, "the history of the earlier version is still there");
    }

    public void Dispose() => scene.Dispose();

    /// <summary>A source with a lock, and another one where its document is broken.</summary>
    private (GitRepositoryOptions Before, GitRepositoryOptions After) Prepare(string what)
    {
        scene.First.Write("a/people.yaml", Alice);
        scene.First.Write("a/lock.yaml", Lock);
        scene.First.Write("b/people.yaml", Alice);
        var before = scene.First.Commit("b/lock.yaml", Broken);
        scene.First.Git("tag", "one");
        scene.First.Git("checkout", "-q", "-b", "side");
        scene.First.Write("b/people.yaml", Alice);
        var after = scene.First.Commit("a/lock.yaml", Broken);
        scene.First.Git("tag", "two");
        scene.First.Git("checkout", "-q", "main");
        scene.Second.Write("a/people.yaml", Alice);
        scene.Second.Commit("a/lock.yaml", Broken);
        var options = SourceScene.Options(scene.First) with { Path = "a" };
        return what switch
        {
            "url" => (options, SourceScene.Options(scene.Second) with { Path = "a" }),
            "branch" => (options with { Branch = "main" }, options with { Branch = "side" }),
            "tag" => (options with { Tag = "one" }, options with { Tag = "two" }),
            "commit" => (options with { Commit = before }, options with { Commit = after }),
            _ => (options, options with { Path = "b" }),
        };
    }

}
