using Tidegate.Sync;
using Tidegate.Tests.Git;

namespace Tidegate.Tests.Sync;

/// <summary>What a plan compares.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly SyncScene scene = new(FetchTests.Command);

    [Fact]
    public async Task A_range_compares_two_revisions_whatever_is_in_force()
    {
        scene.Repository.Commit("a.yaml", User("a"));
        scene.Repository.Commit("b.yaml", User("b"));
        scene.Repository.Commit("b.yaml", User("b").Replace("roles", "rolls", StringComparison.Ordinal));
        scene.Repository.Commit("c.yaml", User("c"));
        (await scene.Loop.PassAsync(new("start"), CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        scene.Registry.Current.State.Users.Keys.ShouldBe(["a", "c"], ignoreOrder: true);

        (await ChangesAsync("HEAD~2")).ShouldBe(["Create b", "Delete c"]);
        (await ChangesAsync("HEAD~3..HEAD~2")).ShouldBe(["Create b"]);
        (await ChangesAsync("HEAD~1..")).ShouldBe(["Create c"]);
        (await ChangesAsync("HEAD..HEAD~3")).ShouldBe(["Delete c"]);

        // The later end keeps what it breaks, as a pass would that goes from one to the other.
        (await ChangesAsync("HEAD~2..HEAD")).ShouldBe(["Create c"]);
        (await PreviewAsync("HEAD~2..HEAD")).After.Users.Keys.ShouldBe(["a", "b", "c"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_file_that_is_not_read_keeps_what_it_declared_as_in_a_commit()
    {
        scene.Repository.Commit("a.yaml", User("a"));
        await scene.Loop.PassAsync(new("start"), CancellationToken.None);

        scene.Loop.PreviewFiles([], []).After.Users.ShouldBeEmpty();
        var preview = scene.Loop.PreviewFiles([], [new("a.yaml", 0, 0, "", "a symbolic link is not followed")]);

        preview.After.Users.Keys.ShouldBe(["a"]);
        preview.After.Problems.ShouldHaveSingleItem().File.ShouldBe("a.yaml");
    }

    public void Dispose() => scene.Dispose();

    private async Task<IEnumerable<string>> ChangesAsync(string range) => (await PreviewAsync(range)).Plan.Changes.Select(c => $"{c.Kind} {c.Name}").Order(StringComparer.Ordinal);

    private async Task<PlanPreview> PreviewAsync(string range)
    {
        var preview = await scene.Loop.PreviewRevisionAsync(RevisionRange.Parse(range).Range!, CancellationToken.None);
        preview.Error.ShouldBeNull();
        return preview;
    }

    private static string User(string name) => $"kind: user\nversion: v2\nmetadata: {{ name: {name} }}\nspec: {{ roles: [] }}\n";
}
