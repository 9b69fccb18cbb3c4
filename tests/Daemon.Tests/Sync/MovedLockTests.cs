using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Registry;
using Tidegate.Store;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Upstream;

namespace Tidegate.Tests.Sync;

/// <summary>A lock on bob, through real commits, a clock that is set, and a start without git: he stays out until somebody takes the lock away.</summary>
public sealed class MovedLockTests : IDisposable
{
    private const string Lock = "kind: lock\nversion: v2\nmetadata: { name: bob-out }\nspec: { target: { user: bob } }\n";

    private readonly ScratchRepository repository = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    private StateStore store = null!;
    private ClusterRegistry registry = null!;
    private Reconciler reconciler = null!;
    private SyncOptions? options;

    [Theory]
    [InlineData("submodule")]
    [InlineData("link to a folder")]
    [InlineData("link to nowhere")]
    [InlineData("link out of the repository")]
    [InlineData("file that is a link")]
    [InlineData("Git LFS")]
    [InlineData("too large")]
    [InlineData("not UTF-8")]
    [InlineData("strange name")]
    [InlineData("too deep")]
    [InlineData("no YAML")]
    [InlineData("mistyped kind")]
    [InlineData("conflict")]
    [InlineData("too many documents")]
    public async Task A_lock_that_moves_and_cannot_be_read_stays_also_after_a_restart_without_git_and_goes_when_it_is_gone(string how)
    {
        Start();
        repository.Commit("locks/bob.yaml", Lock);
        await PassAsync();
        Locks.ShouldBe(["bob-out"]);

        Spoil(how);
        await PassAsync();
        Locks.ShouldBe(["bob-out"], how);
        registry.Current.State.Problems.ShouldContain(p => p.KeepsLastGood, "status says that something stays");
        repository.Commit("more.yaml", "# another commit\n");
        await PassAsync();
        Locks.ShouldBe(["bob-out"], how);

        Restart();
        Locks.ShouldBe(["bob-out"], "what the store holds has it too");
        await PassAsync();
        Locks.ShouldBe(["bob-out"]);

        repository.Git("rm", "-r", "-q", "-f", "--ignore-unmatch", "--", ".");
        repository.Write("people.yaml", "# all is well\n");
        repository.CommitAll();
        await PassAsync();
        Locks.ShouldBeEmpty("a commit that can be read takes it away");
    }

    [Theory]
    [InlineData(".tidegateignore")]
    [InlineData("hidden")]
    [InlineData("no manifest")]
    [InlineData("deleted")]
    public async Task A_lock_that_is_left_out_on_purpose_goes(string how)
    {
        Start();
        repository.Commit("locks/bob.yaml", Lock);
        await PassAsync();

        switch (how)
        {
            case ".tidegateignore":
                repository.Write(".tidegateignore", "locks/\n");
                break;
            case "hidden":
                repository.Git("mv", "locks/bob.yaml", "locks/.bob.yaml");
                break;
            case "no manifest":
                repository.Git("mv", "locks/bob.yaml", "locks/bob.txt");
                break;
            default:
                repository.Git("rm", "-q", "locks/bob.yaml");
                break;
        }

        repository.CommitAll();
        await PassAsync();

        Locks.ShouldBeEmpty();
    }

    /// <summary>The clock of a host that starts without its network may be years off.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task A_clock_that_goes_forward_and_back_brings_a_lock_back(bool isReadable, bool restarts)
    {
        var text = Lock.Replace("target", "expires: \"2026-07-01T00:00:00Z\", target", StringComparison.Ordinal);
        Start();
        repository.Commit("lock.yaml", text);
        await PassAsync();
        if (!isReadable)
        {
            repository.Commit("lock.yaml", text.Replace("target", "tarket", StringComparison.Ordinal));
            await PassAsync();
        }

        Locks.ShouldBe(["bob-out"]);
        var now = time.GetUtcNow();
        time.AdjustTime(now.AddYears(1));
        await PassAsync(new("expiry", Fetches: false));
        Locks.ShouldBeEmpty();
        if (restarts)
        {
            Restart();
            Locks.ShouldBeEmpty();
        }

        time.AdjustTime(now);
        await PassAsync(new("interval"));
        Locks.ShouldBe(["bob-out"]);
        reconciler.NextExpiry.ShouldBe(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero));
    }

    public void Dispose()
    {
        store?.Dispose();
        repository.Dispose();
    }

    private IEnumerable<string> Locks => registry.Current.State.Locks.Keys;

    private void Spoil(string how)
    {
        repository.Git("rm", "-q", "locks/bob.yaml");
        switch (how)
        {
            case "submodule":
                repository.Git("update-index", "--add", "--cacheinfo", $"160000,{repository.Head},locks");
                Directory.CreateDirectory(Path.Combine(repository.Work, "locks"));
                repository.Git("commit", "-q", "-m", "Change");
                return;
            case "link to a folder":
                repository.Write("real/readme.md", "here");
                File.CreateSymbolicLink(Path.Combine(repository.Work, "locks"), "real");
                break;
            case "link to nowhere":
                File.CreateSymbolicLink(Path.Combine(repository.Work, "locks"), "absent");
                break;
            case "link out of the repository":
                File.CreateSymbolicLink(Path.Combine(repository.Work, "locks"), "../../shared/locks");
                break;
            case "file that is a link":
                Directory.CreateDirectory(Path.Combine(repository.Work, "moved"));
                File.CreateSymbolicLink(Path.Combine(repository.Work, "moved", "bob.yaml"), "/etc/hostname");
                break;
            case "Git LFS":
                repository.Write("moved/bob.yaml", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
                break;
            case "too large":
                repository.Write("moved/bob.yaml", Lock + new string('#', 1024 * 1024));
                break;
            case "not UTF-8":
                repository.Write("moved/readme.md", "");
                File.WriteAllBytes(Path.Combine(repository.Work, "moved", "bob.yaml"), [.. System.Text.Encoding.UTF8.GetBytes(Lock), 0xC3, 0x28]);
                break;
            case "strange name":
                repository.Write("moved/bob\n.yaml", Lock);
                break;
            case "too deep":
                repository.Write(string.Concat(Enumerable.Repeat("d/", 70)) + "bob.yaml", Lock);
                break;
            case "no YAML":
                repository.Write("moved/bob.yaml", Lock + "spec: [\n");
                break;
            case "mistyped kind":
                repository.Write("moved/bob.yaml", Lock.Replace("lock", "lok", StringComparison.Ordinal));
                break;
            case "conflict":
                repository.Write("moved/bob.yaml", "<<<<<<< HEAD\n" + Lock + "=======\n" + Lock + ">>>>>>> side\n");
                break;
            case "too many documents":
                repository.Write("moved/bob.yaml", string.Concat(Enumerable.Repeat("---\n# nothing\n", 1001)) + "---\n" + Lock);
                break;
            default:
                throw new ArgumentException(how);
        }

        repository.CommitAll();
    }

    private void Start()
    {
        options ??= new(new() { Url = repository.Work, Timeout = TimeSpan.FromSeconds(60) }, new() { Selectors = [] }, new(50, AllowEmpty: false));
        store = StateStore.Open(Path.Combine(repository.Root, "state.db"), NullLogger<StateStore>.Instance);
        registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), time, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        reconciler = new(Mirrors(), store, registry, options, time, NullLogger<Reconciler>.Instance);
    }

    private void Restart()
    {
        store.Dispose();
        Start();
        reconciler.Restore().ShouldBeTrue();
    }

    private async Task PassAsync(PassRequest? request = null)
    {
        var pass = await reconciler.RunAsync(request ?? new("watch"), CancellationToken.None);
        pass.Outcome.ShouldBeOneOf(PassOutcome.Applied, PassOutcome.Unchanged);
    }

    private GitMirrors Mirrors() => new(Fetcher("mirror.git"), Fetcher("preview.git"));

    private GitFetcher Fetcher(string name) => new(Path.Combine(repository.Root, name), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);
}
