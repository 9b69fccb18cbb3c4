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

/// <summary>The half that writes, whole, in this process: a real repository, a real store, a clock that only the test moves.</summary>
internal sealed class SyncScene : IDisposable
{
    private readonly StateStore store;

    /// <param name="fetch">Started as the fetch child.</param>
    public SyncScene(FetchCommand fetch)
    {
        store = StateStore.Open(Path.Combine(Repository.Root, "state.db"), NullLogger<StateStore>.Instance);
        Registry = new(new RegistryOptions(LabelSet.Empty, []), new UpstreamOptions(), Time, NullLogger<Tidegate.Schema.ClusterSchema>.Instance);
        var options = new SyncOptions(new() { Url = Repository.Work, Timeout = FetchTimeout }, new() { Selectors = [] }, new(100, AllowEmpty: false));
        var reconciler = new Reconciler(
            new(Fetcher("mirror.git"), Fetcher("preview.git")), store, Registry, options, Time, NullLogger<Reconciler>.Instance);
        Loop = new(reconciler, new(Interval), Time, NullLogger<SyncLoop>.Instance);

        GitFetcher Fetcher(string name) => new(Path.Combine(Repository.Root, name), fetch, Time, NullLogger<GitFetcher>.Instance);
    }

    public static TimeSpan FetchTimeout { get; } = TimeSpan.FromSeconds(60);

    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(3);

    public ScratchRepository Repository { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public ClusterRegistry Registry { get; }

    public SyncLoop Loop { get; }

    public void Dispose()
    {
        store.Dispose();
        Repository.Dispose();
    }
}
