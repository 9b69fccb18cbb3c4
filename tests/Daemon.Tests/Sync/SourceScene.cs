using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Registry;
using Tidegate.Store;
using Tidegate.Sync;
using Tidegate.Tests.Git;
using Tidegate.Upstream;

namespace Tidegate.Tests.Sync;

/// <summary>The half that writes, with a configuration that changes and processes that follow each other, over two real repositories.</summary>
internal sealed class SourceScene : IDisposable
{
    private StateStore? store;

    public ScratchRepository First { get; } = new();

    public ScratchRepository Second { get; } = new();

    public RecordingLogger<Reconciler> Log { get; } = new();

    public RecordingLogger<SyncLoop> Passes { get; } = new();

    public Reconciler Reconciler { get; private set; } = null!;

    public SyncLoop Loop { get; private set; } = null!;

    public ClusterRegistry Registry { get; private set; } = null!;

    public string StoreFile => Path.Combine(First.Root, "state.db");

    public string MirrorPath => Path.Combine(First.Root, "mirror.git");

    public static GitRepositoryOptions Options(ScratchRepository repository) => new() { Url = repository.Work, Timeout = TimeSpan.FromSeconds(60) };

    public Task<PassResult> PassAsync() => Loop.FirstPassAsync(CancellationToken.None);

    /// <summary>Another configuration, by a reload or by a new process.</summary>
    public void Change(GitRepositoryOptions options, bool restarts)
    {
        if (restarts)
        {
            Restart(options);
        }
        else
        {
            Reconciler.Reconfigure(SyncOptionsOf(options));
        }
    }

    public void Restart(GitRepositoryOptions options)
    {
        store!.Dispose();
        Start(options);
        Reconciler.Restore().ShouldBeTrue();
    }

    public void Start(GitRepositoryOptions options)
    {
        store = StateStore.Open(StoreFile, NullLogger<StateStore>.Instance);
        Registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), TimeProvider.System, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        Reconciler = new(new(Fetcher("mirror.git"), Fetcher("preview.git")), store, Registry, SyncOptionsOf(options), TimeProvider.System, Log);
        Loop = new(Reconciler, new(TimeSpan.FromMinutes(1)), TimeProvider.System, Passes);
    }

    public GitFetcher Fetcher(string name) => new(Path.Combine(First.Root, name), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);

    public void Dispose()
    {
        store?.Dispose();
        First.Dispose();
        Second.Dispose();
    }

    private static SyncOptions SyncOptionsOf(GitRepositoryOptions options) => new(options, new() { Selectors = [] }, new(50, AllowEmpty: false));
}
