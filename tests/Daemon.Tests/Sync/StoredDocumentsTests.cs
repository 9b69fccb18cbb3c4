using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;
using Tidegate.Sync;
using Tidegate.Tests.State;

namespace Tidegate.Tests.Sync;

/// <summary>A state that is built again from what the store has, which does not say what files could not be read.</summary>
public sealed class StoredDocumentsTests : IDisposable
{
    private const string Deny =
        "kind: role\nversion: v7\nmetadata: { name: strict }\nspec: { allow: { kubernetes_labels: { '*': '*' } }, deny: { kubernetes_labels: { env: prod } } }\n";

    private readonly SourceScene scene = new();

    private GitRepositoryOptions Tagged => SourceScene.Options(scene.First) with { Tag = "v1" };

    /// <param name="how">What builds it again, with a configuration that has changed.</param>
    /// <param name="isHeld">Whether the role is held as a whole too.</param>
    [Theory]
    [InlineData("moved tag", false)]
    [InlineData("moved tag", true)]
    [InlineData("other source", false)]
    [InlineData("other source", true)]
    public async Task Locks_and_deny_rules_that_stay_for_an_unreadable_file_stay_when_the_state_is_built_again(string how, bool isHeld)
    {
        await SpoiledAsync(isHeld);
        var before = InForce();
        if (how == "moved tag")
        {
            scene.Restart(Tagged);
            scene.Change(Tagged with { Timeout = TimeSpan.FromSeconds(61) }, restarts: false);
            scene.First.Commit("more.yaml", "# another commit\n");
            scene.First.Git("tag", "-f", "v1");
            (await scene.PassAsync()).IsTagMove.ShouldBeTrue();
        }
        else
        {
            scene.Restart(Tagged);
            scene.Change(Tagged with { Url = "/nonexistent/clusters.git" }, restarts: false);
            (await scene.Reconciler.RunAsync(new("reload", Fetches: false), CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        }

        InForce().ShouldBe(before);
        scene.Restart(Tagged);
        InForce().ShouldBe(before, "and so it is stored");
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("garbage")]
    [InlineData("no objects")]
    public async Task What_expires_goes_although_the_mirror_is_damaged_and_the_repository_is_gone(string damage)
    {
        var time = new FakeTimeProvider(new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        using var own = new SourceScene { Time = time };
        own.First.Write("alice.yaml", StateFixture.User("alice", expires: "2026-06-01T01:00:00Z") + "\n");
        own.First.Commit("bob.yaml", StateFixture.User("bob") + "\n");
        own.Start(SourceScene.Options(own.First));
        (await own.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        Directory.Delete(damage == "no objects" ? Path.Combine(own.MirrorPath, "objects") : own.MirrorPath, recursive: true);
        if (damage == "garbage")
        {
            File.WriteAllText(own.MirrorPath, "garbage");
        }

        Directory.Move(own.First.Work, own.First.Work + ".away");
        own.Restart(SourceScene.Options(own.First));
        own.Registry.Current.State.Users.Keys.ShouldBe(["alice", "bob"], ignoreOrder: true);
        time.Advance(TimeSpan.FromHours(1));

        var pass = await own.Loop.PassAsync(new("expiry", Fetches: false), CancellationToken.None);

        pass.Outcome.ShouldBe(PassOutcome.Applied, pass.Error);
        own.Registry.Current.State.Users.Keys.ShouldBe(["bob"]);
        own.Restart(SourceScene.Options(own.First));
        own.Registry.Current.State.Users.Keys.ShouldBe(["bob"], "and so it is stored");
    }

    public void Dispose() => scene.Dispose();

    /// <summary>What restricts, and what waits for a confirmation.</summary>
    private string InForce()
    {
        var state = scene.Registry.Current.State;
        var roles = state.Roles.Values.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => $"{r.Name} allow {r.Allow.KubernetesLabels.Count} deny {r.Deny.KubernetesLabels.Count}");
        return $"{string.Join(", ", state.Locks.Keys)}; {string.Join(", ", roles)}; held: {string.Join(", ", state.Held?.Resources ?? [])}";
    }

    /// <summary>A lock and a role that denies are in force because of a file that cannot be read.</summary>
    private async Task SpoiledAsync(bool isHeld)
    {
        scene.First.Write("lock.yaml", StateFixture.Lock("bob-out", "bob") + "\n");
        scene.First.Write("role.yaml", Deny);
        scene.First.Commit("people.yaml", StateFixture.User("alice", "strict") + "\n");
        scene.First.Git("tag", "v1");
        scene.Start(Tagged with { AllowTagMove = true });
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);

        scene.First.Git("rm", "-q", "lock.yaml", "role.yaml");
        scene.First.Write("people.yaml", isHeld ? "# nobody\n" : StateFixture.User("alice", "lax") + "\n---\n" + StateFixture.Role("lax") + "\n");
        scene.First.Commit("moved.yaml", StateFixture.Lock("bob-out", "bob") + new string('#', 1024 * 1024));
        scene.First.Git("tag", "-f", "v1");
        (await scene.PassAsync()).Outcome.ShouldBe(PassOutcome.Applied);
        InForce().ShouldBe(isHeld
            ? "bob-out; strict allow 1 deny 1; held: role/strict, user/alice"
            : "bob-out; lax allow 1 deny 0, strict allow 0 deny 1; held: ");
    }
}
