using Tidegate.Git;
using Tidegate.Sync;

namespace Tidegate.Tests.Sync;

/// <summary>A tag that moves, and a branch whose tip does not come after the commit in force.</summary>
public sealed class TagAndHistoryTests : IDisposable
{
    private readonly SourceScene scene = new();

    private GitRepositoryOptions Tagged => SourceScene.Options(scene.First) with { Tag = "v1" };

    [Theory]
    [InlineData("git tag -f v1")]
    [InlineData("git tag -f -a -m moved v1")]
    [InlineData("git tag -d v1; git tag v1")]
    [InlineData("git checkout -q --orphan new; git commit -q -m orphan; git tag -f v1")]
    public async Task A_moved_tag_is_held_as_a_whole_and_said_with_both_commits(string move)
    {
        var (before, after) = await MovedAsync(move, restarts: false, losesMirror: false);

        foreach (var _ in new[] { 1, 2, 3 })
        {
            await HeldAsync(before, after);
        }

        scene.Loop.History(10).Count(p => p.Error is not null).ShouldBe(1, "one row of the history, not one for each pass");
        var said = scene.Passes.Lines.Where(l => l.Contains("is held", StringComparison.Ordinal)).ShouldHaveSingleItem();
        said.ShouldContain(before);
        said.ShouldContain(after);

        // What goes on without a fetch does not forget it.
        (await scene.Reconciler.RunAsync(new("expiry", Fetches: false), CancellationToken.None)).Error.ShouldBeNull();
        scene.Loop.HeldTagMove.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task The_commit_of_a_tag_is_remembered_over_a_restart_and_without_the_mirror(bool restarts, bool losesMirror)
    {
        var (before, after) = await MovedAsync("git tag -f v1", restarts, losesMirror);
        await HeldAsync(before, after);
        await HeldAsync(before, after);
    }

    [Fact]
    public async Task A_changed_configuration_is_applied_to_what_is_in_force_while_a_tag_is_held()
    {
        var (before, after) = await MovedAsync("git tag -f v1", restarts: true, losesMirror: true);
        await HeldAsync(before, after);
        scene.Change(Tagged with { Timeout = TimeSpan.FromSeconds(61) }, restarts: false);
        await HeldAsync(before, after);

        scene.First.Run("git tag -f v2");
        scene.Change(Tagged with { Tag = "v2" }, restarts: false);
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied, "naming another tag is the operator's word");
        scene.Registry.Current.State.Revision!.Id.ShouldBe(after);
        scene.Loop.HeldTagMove.ShouldBeNull();
    }

    [Fact]
    public async Task A_confirmation_accepts_one_commit_and_no_other()
    {
        var (before, after) = await MovedAsync("git tag -f v1", restarts: false, losesMirror: false);
        var wrong = await scene.Reconciler.RunAsync(new("command") { AcceptsTagMove = before }, CancellationToken.None);
        wrong.Error.ShouldNotBeNull().ShouldContain($"commit {before} is not the one that it names now");
        scene.Registry.Current.State.Revision!.Id.ShouldBe(before);

        var pass = await scene.Reconciler.RunAsync(new("command") { AcceptsTagMove = after[..7] }, CancellationToken.None);

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        var note = pass.Notes.ShouldHaveSingleItem();
        (note.Kind, note.Before).ShouldBe((PassNoteKind.TagMoved, before));
        note.Text.ShouldContain(after);
        scene.Loop.History(1)[0].Notes.ShouldBe(pass.Notes);
        scene.Loop.HeldTagMove.ShouldBeNull();
        (await scene.PassAsync()).Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_moved_tag_is_followed_and_said_where_the_configuration_allows_it()
    {
        await MovedAsync("git tag -f v1", restarts: false, losesMirror: false);
        scene.Change(Tagged with { AllowTagMove = true }, restarts: false);
        (await scene.PassAsync()).Notes.ShouldHaveSingleItem().Kind.ShouldBe(PassNoteKind.TagMoved);
        scene.Passes.Lines.ShouldContain(l => l.StartsWith("Followed a tag to commit", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("git tag -f -a -m again v1 v1^{}")]
    [InlineData("git tag -d v1; git tag -a -m again v1 HEAD~1")]
    [InlineData("git tag -f v2")]
    public async Task A_tag_of_the_same_commit_has_not_moved(string script)
    {
        await MovedAsync(script, restarts: true, losesMirror: false);
        (await scene.PassAsync()).Error.ShouldBeNull();
        scene.Loop.HeldTagMove.ShouldBeNull();
    }

    [Theory]
    [InlineData("git tag -d v1", "no tag \"v1\"")]
    [InlineData("git tag -f v1 HEAD:a.yaml", "names no commit")]
    [InlineData("git tag -f -a -m tree v1 HEAD^{tree}", "names no commit")]
    public async Task A_tag_that_is_gone_or_names_no_commit_leaves_what_is_in_force(string script, string words)
    {
        var (before, _) = await MovedAsync(script, restarts: false, losesMirror: false);
        (await scene.PassAsync()).Error.ShouldNotBeNull().ShouldContain(words);
        scene.Registry.Current.State.Revision!.Id.ShouldBe(before);
        Directory.Exists($"{scene.MirrorPath}.damaged").ShouldBeFalse("the mirror is sound");
    }

    [Theory]
    [InlineData("git commit -q --allow-empty -m next", "")]
    [InlineData("git checkout -q -b s HEAD~1; git commit -q --allow-empty -m s; git checkout -q main; git merge -q --no-ff -m m s", "")]
    [InlineData("git reset -q --hard HEAD~1", "is an ancestor of")]
    [InlineData("git commit -q --amend -m amended", "is no ancestor of")]
    [InlineData("git checkout -q --orphan new; git commit -q -m orphan; git branch -f main; git checkout -q main", "is no ancestor of")]
    [InlineData("rm -r .git; git init -q -b main; git add -A; git commit -q -m new", "is no ancestor of")]
    public async Task A_rewritten_history_is_applied_and_said_with_both_commits(string script, string words)
    {
        foreach (var losesMirror in new[] { false, true })
        {
            using var own = new SourceScene();
            own.First.Commit("a.yaml", User("a"));
            var before = own.First.Commit("b.yaml", User("b"));
            own.Start(SourceScene.Options(own.First) with { Branch = "main" });
            await own.PassAsync();
            own.First.Run($"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b; {script}");
            if (losesMirror)
            {
                Directory.Delete(own.MirrorPath, recursive: true);
                own.Restart(SourceScene.Options(own.First) with { Branch = "main" });
            }

            var pass = await own.PassAsync();

            pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
            if (words.Length == 0)
            {
                pass.Notes.ShouldBeEmpty();
                continue;
            }

            var note = pass.Notes.ShouldHaveSingleItem();
            note.Kind.ShouldBe(PassNoteKind.HistoryRewritten);
            note.Text.ShouldContain(before);
            note.Text.ShouldContain(own.First.Head);
            own.Loop.History(1)[0].Notes.ShouldBe(pass.Notes);
            own.Passes.Lines.ShouldContain(l => l.Contains("does not follow the one before", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Of_a_shallow_repository_nobody_says_that_its_history_was_rewritten()
    {
        scene.First.Commit("a.yaml", User("a"));
        var shallow = Path.Combine(scene.First.Root, "shallow");
        Git.ScratchRepository.RunGit(scene.First.Root, null, "clone", "-q", "--depth", "1", $"file://{scene.First.Work}", shallow);
        scene.Start(SourceScene.Options(scene.First) with { Url = shallow, Branch = "main" });
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        scene.First.Commit("b.yaml", User("b"));
        scene.First.Commit("c.yaml", User("c"));
        Git.ScratchRepository.RunGit(shallow, null, "fetch", "-q", "--depth", "1", "--update-head-ok", "origin", "+main:main");

        var pass = await scene.PassAsync();

        pass.Notes.ShouldBeEmpty();
    }

    public void Dispose() => scene.Dispose();

    private static string User(string name) => $"kind: user\nversion: v2\nmetadata: {{ name: {name} }}\nspec: {{ roles: [] }}\n";

    /// <summary>The tag v1 is in force, then there is another commit, and something happens to the tag.</summary>
    private async Task<(string Before, string After)> MovedAsync(string script, bool restarts, bool losesMirror)
    {
        var before = scene.First.Commit("a.yaml", User("a"));
        scene.First.Git("tag", "v1");
        scene.First.Git("tag", "v2");
        scene.Start(Tagged);
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        scene.First.Commit("b.yaml", User("b"));
        scene.First.Run($"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b; {script}");
        if (losesMirror)
        {
            Directory.Delete(scene.MirrorPath, recursive: true);
        }

        if (restarts)
        {
            scene.Restart(Tagged);
        }

        return (before, scene.First.Head);
    }

    private async Task HeldAsync(string before, string after)
    {
        var pass = await scene.PassAsync();
        (pass.Outcome, pass.IsTagMove).ShouldBe((PassOutcome.Rejected, true), pass.Error);
        pass.Error.ShouldNotBeNull().ShouldContain(before);
        pass.Error.ShouldContain(after);
        pass.Revision!.Id.ShouldBe(after);
        scene.Loop.HeldTagMove.ShouldBe(pass.Error);
        scene.Registry.Current.State.Revision!.Id.ShouldBe(before);
        scene.Registry.Current.State.Users.Keys.ShouldBe(["a"]);
    }
}
