using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Git;
using Tidegate.Labels;
using Tidegate.Registry;
using Tidegate.State;
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

    /// <summary>The clock of all but fetches.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the configuration says of resources, from the next <see cref="Change"/> on.</summary>
    public BuildOptions Build { get; set; } = new() { Selectors = [] };

    public string StoreFile => Path.Combine(First.Root, "state.db");

    public string MirrorPath => Path.Combine(First.Root, "mirror.git");

    public static GitRepositoryOptions Options(ScratchRepository repository) => new() { Url = repository.Work, Timeout = TimeSpan.FromSeconds(60) };

    public Task<PassResult> PassAsync() => Loop.PassAsync(new("start"), CancellationToken.None);

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

    /// <summary>What a reload does: the loop takes it over.</summary>
    public void Reload(GitRepositoryOptions options) => Loop.Reconfigure(new(TimeSpan.FromMinutes(1)), SyncOptionsOf(options));

    public void Restart(GitRepositoryOptions options)
    {
        store!.Dispose();
        Start(options);
        Reconciler.Restore().ShouldBeTrue();
    }

    public void Start(GitRepositoryOptions options)
    {
        store = StateStore.Open(StoreFile, NullLogger<StateStore>.Instance);
        Registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), Time, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        Reconciler = new(new(Fetcher("mirror.git"), Fetcher("preview.git")), store, Registry, SyncOptionsOf(options), Time, Log);
        Loop = new(Reconciler, new(TimeSpan.FromMinutes(1)), Time, Passes);
    }

    public GitFetcher Fetcher(string name) => new(Path.Combine(First.Root, name), FetchTests.Command, TimeProvider.System, NullLogger<GitFetcher>.Instance);

    public void Dispose()
    {
        store?.Dispose();
        First.Dispose();
        Second.Dispose();
    }

    private SyncOptions SyncOptionsOf(GitRepositoryOptions options) => new(options, Build, new(50, AllowEmpty: false));
}
