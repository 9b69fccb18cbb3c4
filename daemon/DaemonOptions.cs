using System.Net;
using Serilog.Sinks.Journald;
using Tidegate.Audit;
using Tidegate.Configuration;
using Tidegate.Git;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Limits;
using Tidegate.Registry;
using Tidegate.State;
using Tidegate.Sync;
using Tidegate.Tls;
using Tidegate.Upstream;
using Tidegate.Values;

namespace Tidegate;

/// <summary>The configuration file's sections → the options of each folder.</summary>
internal static class DaemonOptions
{
    public static TlsOptions Tls(TidegateConfiguration configuration) => new(
        [.. configuration.KubernetesService.HttpsKeypairs.Select(p => new KeyPairFiles(p.CertFile, p.KeyFile))], configuration.KubernetesService.ClientCaFile);

    public static RegistryOptions Registry(TidegateConfiguration configuration) =>
        new(configuration.KubernetesService.Labels, configuration.KubernetesService.AllowSystemPrincipals);

    /// <param name="addresses">Where clusters of the repository may be.</param>
    /// <param name="descriptors">Where they are few, an idle connection must soon make room for another cluster's.</param>
    public static UpstreamOptions Upstream(TidegateConfiguration configuration, AddressPolicy addresses, DescriptorBudget descriptors)
    {
        var options = new UpstreamOptions { ConnectTimeout = configuration.KubernetesService.ConnectTimeout, Addresses = addresses, Descriptors = descriptors };
        return descriptors.IsLow ? options with { IdleTimeout = TimeSpan.FromSeconds(5) } : options;
    }

    /// <summary>Where clusters of the repository may be.</summary>
    /// <param name="listening">The addresses that are listened on indeed; systemd may have chosen others than the configuration has.</param>
    public static AddressPolicy Addresses(TidegateConfiguration configuration, IReadOnlyList<IPEndPoint> listening)
    {
        var policy = configuration.Addresses;
        return policy with { Listeners = policy.Listeners.Union(listening).ToEquatableList() };
    }

    public static SyncSchedule Schedule(TidegateConfiguration configuration) => new(configuration.GitOpsService.Repository.Interval);

    /// <summary>What a pass works with; reads the file of static clusters.</summary>
    /// <param name="addresses">Where clusters of the repository may be.</param>
    public static SyncOptions Sync(TidegateConfiguration configuration, AddressPolicy addresses)
    {
        var service = configuration.KubernetesService;
        var prune = configuration.GitOpsService.Prune;
        var clusters = (IReadOnlyList<KubeCluster>)[];
        var problems = (IReadOnlyList<Problem>)[];
        if (service.KubeconfigFile is { } file)
        {
            (clusters, problems) = StaticClusters.Load(file, service.AllowInsecureSkipTlsVerify);
        }

        var build = new BuildOptions
        {
            Selectors = [.. service.Resources.Select(r => LabelSelector.Compile(r, out var error) ?? throw new InvalidOperationException(error))],
            StaticClusters = clusters,
            StaticProblems = problems,
            KubeconfigDirectories = service.KubeconfigDirectories,
            AllowInsecureSkipTlsVerify = service.AllowInsecureSkipTlsVerify,
            Addresses = addresses,
            SystemPrincipals = SystemPrincipals.Of(service.AllowSystemPrincipals),
        };
        return new(Repository(configuration.GitOpsService.Repository), build, new(prune.MaxRemovedPercent, prune.AllowEmpty));
    }

    /// <param name="dataDir">Holds the records that wait for the journal.</param>
    public static IReadOnlyList<IAuditSink> AuditSinks(AuditOptions audit, string dataDir, TimeProvider time, ILoggerFactory loggers) =>
        [.. audit.Outputs.Select(o => o == AuditOptions.Journald
            ? (IAuditSink)new JournaldAuditSink(
                new JournaldSocket(JournaldSocket.DefaultPath, time),
                new AuditSpool(Path.Combine(dataDir, "audit-spool"), audit.SpoolMegabytes * 1024L * 1024L),
                time,
                loggers.CreateLogger<JournaldAuditSink>())
            : new FileAuditSink(o, time))];

    /// <summary>Settings that a running daemon cannot take over, and whose change is reported instead.</summary>
    public static IReadOnlyList<string> NeedingRestart(TidegateConfiguration before, TidegateConfiguration after)
    {
        var (t, u) = (before.Teleport, after.Teleport);
        var (k, l) = (before.KubernetesService, after.KubernetesService);
        var all = new (string Name, bool Changed)[]
        {
            ("teleport.nodename", t.NodeName != u.NodeName),
            ("teleport.data_dir", t.DataDir != u.DataDir),
            ("teleport.pid_file", t.PidFile != u.PidFile),
            ("teleport.diag_addr", !Equals(t.DiagAddr, u.DiagAddr)),
            ("teleport.log", t.Log != u.Log),
            ("teleport.audit", t.Audit != u.Audit),
            ("kubernetes_service.listen_addr", !k.ListenAddr.Equals(l.ListenAddr)),
        };
        return [.. all.Where(s => s.Changed).Select(s => s.Name)];
    }

    private static GitRepositoryOptions Repository(RepositoryOptions repository) => new()
    {
        Url = repository.Url,
        Branch = Named(repository, GitReferenceKind.Branch),
        Tag = Named(repository, GitReferenceKind.Tag),
        Commit = Named(repository, GitReferenceKind.Commit),
        AllowTagMove = repository.AllowTagMove,
        Path = repository.Path,
        Timeout = repository.Timeout,
        TokenFile = repository.TokenFile,
        Username = repository.Username,
        SshKeyFile = repository.SshKeyFile,
        KnownHostsFile = repository.KnownHostsFile,
        CaFile = repository.CaFile,
    };

    private static string? Named(RepositoryOptions repository, GitReferenceKind kind) =>
        repository.Reference is { } reference && reference.Kind == kind ? reference.Name : null;
}
