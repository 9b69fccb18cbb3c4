using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Tidegate.Api;
using Tidegate.Audit;
using Tidegate.Configuration;
using Tidegate.Diagnostics;
using Tidegate.Git;
using Tidegate.Health;
using Tidegate.Hosting;
using Tidegate.Limits;
using Tidegate.Listener;
using Tidegate.Paging;
using Tidegate.Proxy;
using Tidegate.Registry;
using Tidegate.Store;
using Tidegate.Sync;
using Tidegate.Tls;

namespace Tidegate;

/// <summary>
/// The daemon: all parts put together, in the order in which they start. Nothing listens before the first state is in force; nothing is torn
/// down before the requests under way had their grace.
/// </summary>
internal sealed partial class DaemonHost : IAsyncDisposable
{
    // Closing connections, stopping a fetch, writing what waits for the journal.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly ILogger<DaemonHost> logger;
    private readonly ILoggerFactory loggers;
    private readonly SdNotify notify;
    private readonly StateStore store;
    private readonly PersonLimits limits;
    private readonly ClusterRegistry registry;
    private readonly AuditLog audit;
    private readonly TlsReloader tls;
    private readonly SealInUse seal;
    private readonly ProxyServer proxy;
    private readonly Reconciler reconciler;
    private readonly SyncLoop sync;
    private readonly ClusterCheck checks;
    private readonly StatusReport status;
    private readonly AdminServer admin;
    private readonly DaemonDiagnostics diagnostics;
    private readonly DaemonReload reload;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<IDisposable> owned = [];
    private readonly Func<TidegateConfiguration, Upstream.UpstreamOptions> upstreamOptions;
    private RepositoryWatch? watch;
    private Task background = Task.CompletedTask;

    private DaemonHost(
        string configPath, TidegateConfiguration configuration, IReadOnlyList<Socket> sockets, DaemonLoggers loggers, SdNotify notify)
    {
        var time = TimeProvider.System;
        reload = new(configPath, configuration, notify, StatusLine, Apply, loggers.CreateLogger<DaemonReload>());
        this.loggers = loggers;
        this.notify = notify;
        logger = loggers.CreateLogger<DaemonHost>();
        var dataDir = DataDirectory.Create(configuration.Teleport.DataDir);
        if (configuration.Teleport.PidFile is { } pidFile)
        {
            owned.Add(PidFile.Create(pidFile));
        }

        store = StateStore.Open(Path.Combine(dataDir, "state.db"), loggers.CreateLogger<StateStore>());
        tls = new(DaemonOptions.Tls(configuration), loggers.CreateLogger<TlsReloader>());
        audit = new(
            DaemonOptions.AuditSinks(configuration.Teleport.Audit, dataDir, time, loggers),
            configuration.Teleport.Audit.OnFailure,
            new(configuration.Teleport.NodeName, Version),
            time,
            loggers.CreateLogger<AuditLog>());
        var metrics = new Metrics.DaemonMetrics(Version, time);
        limits = new(configuration.KubernetesService.Limits, new(time), time);
        var gate = new AcceptGate(configuration.KubernetesService.ListenAddr, sockets, limits, time, loggers);
        var marker = new Upstream.LoopMarker();
        upstreamOptions = c => DaemonOptions.Upstream(c, DaemonOptions.Addresses(c, gate.Addresses), limits.Descriptors) with { Marker = marker, Metrics = metrics.Connections };
        registry = new(DaemonOptions.Registry(configuration), upstreamOptions(configuration), time, loggers.CreateLogger<Schema.ClusterSchema>());
        ReportAddress(gate);
        ReportLowLimit();
        var health = new ClusterHealth(time, loggers.CreateLogger<ClusterHealth>());
        seal = new(LoadSeal(configuration));
        proxy = ProxyServer.Create(gate, tls, registry, new(audit, metrics.Proxy, health), seal, time, loggers);
        reconciler = new(Mirrors(dataDir, time), store, registry, SyncOptionsOf(configuration), time, loggers.CreateLogger<Reconciler>());
        sync = new(reconciler, DaemonOptions.Schedule(configuration), time, loggers.CreateLogger<SyncLoop>());
        checks = new(registry, health, time);
        status = new(Version, configuration.Teleport.NodeName, registry, sync, () => proxy.InFlight.Count, time);
        admin = AdminServer.Create(
            AdminServer.Paths(dataDir, Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY")),
            new(registry, sync, status, reload.Run, time, loggers.CreateLogger<AdminApi>()),
            loggers);
        var parts = new DaemonParts(registry, sync, audit, tls, new(proxy, time)) { LogLost = () => loggers.Lost, Load = () => DaemonReadings.LoadOf(limits, gate) };
        diagnostics = new(configuration.Teleport.DiagAddr, parts, metrics, status, reconciler.MirrorPath, time);
    }

    /// <summary>This program's version.</summary>
    public static string Version { get; } =
        typeof(DaemonHost).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Runs the daemon until it is told to stop.</summary>
    /// <returns>0 after a clean stop, 1 when it cannot start, 2 when the configuration is not valid.</returns>
    /// <param name="early">What has listened to signals since the program began; null: from now on.</param>
    public static async Task<int> RunAsync(string configPath, DaemonSignals? early, CancellationToken cancellationToken)
    {
        var signals = early ?? DaemonSignals.Register();
        var read = ConfigurationFiles.ReadVerified(configPath);
        if (read.Configuration is not { } configuration)
        {
            ReportInvalid(read.Errors);
            return 2;
        }

        using var loggers = LogSetup.Create(configuration.Teleport.Log);
        var logger = loggers.CreateLogger<DaemonHost>();
        DaemonReload.Report(logger, read.Warnings);
        try
        {
            await using var daemon = new DaemonHost(configPath, configuration, InheritedSockets.FromEnvironment(), loggers, SdNotify.FromEnvironment(TimeProvider.System, loggers.CreateLogger<SdNotify>()));
            await daemon.RunAsync(signals, cancellationToken);
            return 0;
        }
        catch (Exception e) when (StartException.IsStartFailure(e))
        {
            ReportStartFailure(configuration.Teleport.Log.Output, logger, e.Message);
            return 1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await background;
        watch?.Dispose();
        await admin.DisposeAsync();
        await diagnostics.DisposeAsync();
        await proxy.DisposeAsync();
        audit.Dispose();
        store.Dispose();
        owned.ForEach(o => o.Dispose());
        stopping.Dispose();
    }

    private async Task RunAsync(DaemonSignals signals, CancellationToken cancellationToken)
    {
        await using var cancelled = cancellationToken.Register(signals.Stop);
        if (!await HasStartedAsync(signals))
        {
            notify.Stopping("Ending", LongestEnd);
            Log.Stopped(logger);
            return;
        }

        signals.Serve(() => reload.Run(), () => Log.Ending(logger));
        using var watchdog = Watchdog.FromEnvironment(notify, WhyUnhealthyAsync, TimeProvider.System, loggers.CreateLogger<Watchdog>());
        using var trim = IdleTrim.Start(TimeProvider.System);
        await signals.Told;
        await DrainAsync();
    }

    /// <returns>False when the daemon was told to stop before it listened; what went wrong meanwhile does not matter any more.</returns>
    private async Task<bool> HasStartedAsync(DaemonSignals signals)
    {
        try
        {
            await StartAsync(signals.Told);
        }
        catch (Exception) when (signals.IsTold)
        {
            return false;
        }

        return proxy.IsListening;
    }

    /// <summary>The state first, then the listener, then the loop.</summary>
    private async Task StartAsync(Task told)
    {
        Log.Starting(logger, Version, reload.Current.GitOpsService.Repository.Url);
        await diagnostics.StartAsync();
        var restored = reconciler.Restore();
        var first = new FirstPass(sync, notify, restored, TimeProvider.System);
        await first.StateAsync(told);
        if (told.IsCompleted)
        {
            return;
        }

        await ListenAsync();
        await admin.StartAsync(CancellationToken.None);
        watch = WatchRepository(reload.Current);
        background = Task.WhenAll(
            UntilStopped(first.ThenLoopAsync), UntilStopped(c => tls.WatchAsync(TimeProvider.System, c)), UntilStopped(checks.RunAsync), UntilStopped(new IdleClusters(registry, TimeProvider.System).RunAsync), UntilStopped(diagnostics.RunAsync));
        LoadedProgram.LoadPackaged();
        Log.Ready(logger, proxy.EndPoint, registry.Current.Clusters.Count, registry.Current.State.Revision?.Short ?? "none");
        notify.Ready(StatusLine());
        registry.Applied += _ => notify.Status(StatusLine());
    }

    /// <summary>What the watchdog asks: whether the loop and the listener live. <c>/livez</c> asks the same of the loop, and has looks of its own at the listener, since there may be no watchdog.</summary>
    /// <returns>Null, or what does not and why.</returns>
    private async Task<string?> WhyUnhealthyAsync(CancellationToken cancellationToken) => sync.WhyNotAlive() ?? await proxy.ProbeAsync(cancellationToken);

    private async Task ListenAsync()
    {
        var address = reload.Current.KubernetesService.ListenAddr;
        try
        {
            await proxy.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new StartException($"kubernetes_service.listen_addr {address} cannot be listened on: {(e.InnerException ?? e).Message}");
        }
    }

    /// <summary>The loop goes on until the last stream is over: access that is taken away meanwhile ends here too.</summary>
    private async Task DrainAsync()
    {
        var grace = reload.Current.KubernetesService.DrainTimeout;
        Log.Stopping(logger, proxy.InFlight.Count);
        notify.Stopping("Draining", grace + ProxyDrain.Rest + LongestEnd);
        status.IsStopping = true;
        await proxy.StopAsync(
            grace,
            (streams, left) => notify.Status($"Draining: {streams} streams are open, the rest ends in {Math.Max(0, (int)left.TotalSeconds)} s"),
            TimeProvider.System,
            CancellationToken.None);
        notify.Status("Ending");
        await stopping.CancelAsync();
        await admin.StopAsync(CancellationToken.None);
        Log.Stopped(logger);
    }

    private void ReportAddress(AcceptGate gate)
    {
        if (gate.OutlivesProcess && InheritedSockets.Disagreement(reload.Current.KubernetesService.ListenAddr, gate.Addresses) is { } disagreement)
        {
            Log.OtherAddress(logger, disagreement);
        }
    }

    /// <summary>Puts a changed configuration in force; what can fail comes first.</summary>
    private void Apply(TidegateConfiguration changed)
    {
        var options = SyncOptionsOf(changed);
        var upstream = upstreamOptions(changed);
        var keys = LoadSeal(changed);
        tls.Reconfigure(DaemonOptions.Tls(changed));
        limits.Reconfigure(changed.KubernetesService.Limits);
        seal.Current = keys;
        registry.Reconfigure(DaemonOptions.Registry(changed), upstream);
        sync.Reconfigure(DaemonOptions.Schedule(changed), options);
        watch?.Dispose();
        watch = WatchRepository(changed);
    }

    private ContinueSeal LoadSeal(TidegateConfiguration from) =>
        ContinueKeys.Load(from.KubernetesService.ContinueKeyFile, reload.Current.Teleport.DataDir, RandomNumberGenerator.Fill);

    private SyncOptions SyncOptionsOf(TidegateConfiguration from)
    {
        // What is wrong with static clusters is told by the pass, as what is wrong with manifests is.
        return DaemonOptions.Sync(from, upstreamOptions(from).Addresses);
    }

    private RepositoryWatch? WatchRepository(TidegateConfiguration configuration) => GitUrl.TryParse(configuration.GitOpsService.Repository.Url, out var url, out _)
        ? RepositoryWatch.Start(url, () => sync.Trigger(new("watch")), TimeProvider.System, loggers.CreateLogger<RepositoryWatch>())
        : null;

    private GitMirrors Mirrors(string dataDir, TimeProvider time)
    {
        var command = FetchCommand.OfThisProcess();
        return new(Fetcher("repository.git"), Fetcher("preview.git"));

        GitFetcher Fetcher(string name) => new(Path.Combine(dataDir, name), command, time, loggers.CreateLogger<GitFetcher>());
    }

    private async Task UntilStopped(Func<CancellationToken, Task> run)
    {
        try
        {
            await run(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The daemon stops.
        }
    }

    private string StatusLine()
    {
        var snapshot = registry.Current;
        return $"Serving {snapshot.Clusters.Count} clusters from commit {snapshot.State.Revision?.Short ?? "none"}, {snapshot.State.Problems.Count} problems";
    }
}
