using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Registry;
using Tidegate.Store;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Tests.State;
using Tidegate.Upstream;

namespace Tidegate.Tests.Sync;

/// <summary>A start from a stored state that is older than the last one, which only the reserved file tells of: the store is put back to an earlier copy.</summary>
public sealed class UnstoredTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private StateStore store = null!;
    private ClusterRegistry registry = null!;
    private Reconciler reconciler = null!;

    private string StoreFile => Path.Combine(repository.Root, "state.db");

    [Fact]
    public async Task What_was_taken_away_since_is_refused_until_git_answers_also_when_it_is_built_again_meanwhile()
    {
        await TwoStatesAsync();

        BackToTheFirst();
        registry.Current.State.Locks.ShouldBeEmpty();
        Refused().ShouldBe(["bob", "carol"], "the new lock, and a person that changed");
        reconciler.Reconfigure(reconciler.Options with { Prune = new(51, AllowEmpty: false) });
        (await reconciler.RunAsync(new("reload", Fetches: false), CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        Refused().ShouldBe(["bob", "carol"], "nobody has asked git");
        registry.Current.State.Problems.Count(p => p.Message.EndsWith("is refused until the repository can be read", StringComparison.Ordinal)).ShouldBe(1);

        // What git says is in force, also when it is the commit of the stored state.
        repository.Git("reset", "-q", "--hard", "HEAD~1");
        (await reconciler.RunAsync(new("interval"), CancellationToken.None)).Outcome.ShouldBe(PassOutcome.Applied);
        Refused().ShouldBeEmpty();
        registry.Current.State.Problems.ShouldBeEmpty();
        Restart();
        Refused().ShouldBeEmpty("the state is stored, and the record is older");
    }

    [Fact]
    public async Task A_damaged_record_refuses_everything_until_git_answers()
    {
        await TwoStatesAsync();

        BackToTheFirst(damage: true);

        registry.Current.State.Unstored.Select(l => l.Target.KubeCluster).ShouldBe(["c"]);
        await reconciler.RunAsync(new("interval"), CancellationToken.None);
        registry.Current.State.Unstored.ShouldBeEmpty();
        Restart();
        registry.Current.State.Unstored.ShouldBeEmpty("the record was written anew");
    }

    [Fact]
    public async Task A_store_that_is_lost_leaves_no_refusals_behind()
    {
        await TwoStatesAsync();
        store.Dispose();
        File.Delete(StoreFile);
        Start();
        reconciler.Restore().ShouldBeFalse();

        await reconciler.RunAsync(new("start"), CancellationToken.None);

        Restart();
        registry.Current.State.Unstored.ShouldBeEmpty();
    }

    public void Dispose()
    {
        store?.Dispose();
        repository.Dispose();
    }

    private IEnumerable<string?> Refused() => registry.Current.State.Unstored.Select(l => l.Target.User).Order(StringComparer.Ordinal);

    /// <summary>One that is kept as a copy of the store, and a narrower one after it.</summary>
    private async Task TwoStatesAsync()
    {
        Start();
        repository.Write("cluster.yaml", StateFixture.Cluster("c") + "\n");
        repository.Write("role.yaml", StateFixture.Role("r") + "\n");
        repository.Write("alice.yaml", StateFixture.User("alice", "r") + "\n");
        repository.Commit("carol.yaml", StateFixture.User("carol", "r") + "\n");
        (await reconciler.RunAsync(new("start"), CancellationToken.None)).NotStored.ShouldBeNull();
        store.Dispose();
        File.Copy(StoreFile, StoreFile + ".copy");
        Start();
        reconciler.Restore().ShouldBeTrue();
        repository.Write("carol.yaml", StateFixture.User("carol") + "\n");
        repository.Commit("lock.yaml", StateFixture.Lock("bob-out", "bob") + "\n");
        (await reconciler.RunAsync(new("watch"), CancellationToken.None)).NotStored.ShouldBeNull();
        registry.Current.State.Locks.Keys.ShouldBe(["bob-out"]);
    }

    private void BackToTheFirst(bool damage = false)
    {
        store.Dispose();
        File.Copy(StoreFile + ".copy", StoreFile, overwrite: true);
        if (damage)
        {
            var all = File.ReadAllBytes(StoreFile + ".narrowed");
            all[60] ^= 1;
            File.WriteAllBytes(StoreFile + ".narrowed", all);
        }

        Start();
        reconciler.Restore().ShouldBeTrue();
    }

    private void Restart()
    {
        store.Dispose();
        Start();
        reconciler.Restore().ShouldBeTrue();
    }

    private void Start()
    {
        store = StateStore.Open(StoreFile, NullLogger<StateStore>.Instance);
        registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), TimeProvider.System, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        var options = new SyncOptions(new() { Url = repository.Work, Timeout = TimeSpan.FromSeconds(60) }, StateFixture.Everything, new(50, AllowEmpty: false));
        reconciler = new(new(Fetcher("mirror.git"), Fetcher("preview.git")), store, registry, options, TimeProvider.System, NullLogger<Reconciler>.Instance);
    }

    private GitFetcher Fetcher(string name) => new(Path.Combine(repository.Root, name), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
}
