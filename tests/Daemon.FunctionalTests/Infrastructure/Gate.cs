using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Audit;
using Tidegate.Health;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Limits;
using Tidegate.Metrics;
using Tidegate.Paging;
using Tidegate.Proxy;
using Tidegate.Registry;
using Tidegate.Schema;
using Tidegate.State;
using Tidegate.Tls;
using Tidegate.Upstream;
using Tidegate.Values;
using Lock = Tidegate.State.Lock;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>The gate's read half on real sockets: registry, listener, pipeline, audit file. States are put in force directly.</summary>
internal sealed class Gate : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-gate-");
    private readonly ProxyServer server;
    private readonly AuditLog audit;

    private Gate(
        TestAuthority clients, TestAuthority servers, UpstreamOptions upstream, AuditFailure onFailure, IReadOnlyList<IAuditSink>? sinks, ILoggerFactory loggers,
        TimeProvider time, LimitOptions limits)
    {
        Clients = clients;
        Limits = new(limits, upstream.Descriptors ?? new(TimeProvider.System), time);
        var (certificate, key) = servers.IssueServer();
        var options = new TlsOptions([new(Write("server.crt", certificate), Write("server.key", key))], Write("client-ca.pem", clients.Pem));
        Registry = new(new RegistryOptions(LabelSet.Empty, []), upstream with { Metrics = Metrics.Connections }, time, NullLogger<ClusterSchema>.Instance);
        AuditFile = Path.Combine(folder.FullName, "audit.log");
        audit = new(
            sinks ?? [new FileAuditSink(AuditFile, TimeProvider.System)], onFailure, new AuditJson("gate-1", "test"), TimeProvider.System,
            NullLogger<AuditLog>.Instance);
        Health = new(time, loggers.CreateLogger<ClusterHealth>());
        Tls = new(options, NullLogger<TlsReloader>.Instance);
        server = ProxyServer.Create(
            new(new(IPAddress.Loopback, 0), [], Limits, TimeProvider.System, loggers), Tls, Registry, new(audit, Metrics.Proxy, Health), Seal, time, loggers);
        Servers = servers;
    }

    public TestAuthority Clients { get; }

    public PersonLimits Limits { get; }

    /// <summary>What continue tokens are sealed with.</summary>
    public SealInUse Seal { get; } = new(new ContinueSeal([RandomNumberGenerator.GetBytes(ContinueKeys.KeySize)], RandomNumberGenerator.Fill));

    public DaemonMetrics Metrics { get; } = new("test", TimeProvider.System);

    public TestAuthority Servers { get; }

    public TlsReloader Tls { get; }

    public ClusterHealth Health { get; }

    public ClusterRegistry Registry { get; }

    public string AuditFile { get; }

    /// <summary>Records that could not be written.</summary>
    public long AuditLost => audit.Lost;

    public IPEndPoint EndPoint => server.EndPoint;

    public ProxyServer Server => server;

    public AuditLog Audit => audit;

    public Uri Address => new($"https://{EndPoint}");

    public static async Task<Gate> StartAsync(
        UpstreamOptions? upstream = null, AuditFailure onFailure = AuditFailure.Refuse, IReadOnlyList<IAuditSink>? sinks = null, ILoggerFactory? loggers = null,
        TimeProvider? time = null, LimitOptions? limits = null)
    {
        var gate = new Gate(
            new("client authority"), new("server authority"), upstream ?? (Loopback.Upstream with { Marker = new() }), onFailure, sinks, loggers ?? NullLoggerFactory.Instance,
            time ?? TimeProvider.System, limits ?? LimitOptions.Default);
        await gate.server.StartAsync(CancellationToken.None);
        return gate;
    }

    /// <summary>Puts a state in force.</summary>
    public void Apply(StateBuilder state) => Registry.Apply(state.Build());

    public Task StopAsync(TimeSpan grace) => server.StopAsync(grace, (_, _) => { }, TimeProvider.System, CancellationToken.None);

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Writes a file into the gate's folder, over the one that is there: <c>server.crt</c>, <c>server.key</c>, <c>client-ca.pem</c>.</summary>
    public string Write(string name, string content)
    {
        var path = PathOf(name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>All audit records so far.</summary>
    public IReadOnlyList<JsonObject> AuditRecords()
    {
        using var stream = new FileStream(AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();

        // The last line may be on its way.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!.AsObject())];
    }

    /// <summary>Waits until a record fits.</summary>
    public async Task<JsonObject> AuditRecordAsync(Func<JsonObject, bool> fits)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (AuditRecords().FirstOrDefault(fits) is { } record)
            {
                return record;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        audit.Dispose();
        folder.Delete(recursive: true);
    }
}

/// <summary>Writes states for tests, shortly.</summary>
internal sealed class StateBuilder
{
    private readonly Dictionary<string, KubeCluster> clusters = [];
    private readonly Dictionary<string, Role> roles = [];
    private readonly Dictionary<string, User> users = [];
    private readonly Dictionary<string, Lock> locks = [];

    public StateBuilder Cluster(string name, ClusterCredential credential, params (string Key, string Value)[] labels)
    {
        clusters[name] = new(name, LabelSet.From(labels.Select(l => KeyValuePair.Create(l.Key, l.Value))), credential, At($"clusters/{name}.yaml"));
        return this;
    }

    public StateBuilder Role(
        string name, string[] groups, string[]? users = null, (string Key, string Value)? label = null, RoleOptions? options = null, KubernetesResource? resources = null)
    {
        var selector = label is { } l ? KeyValuePair.Create(l.Key, EquatableList.Create<string>([l.Value])) : KeyValuePair.Create("*", EquatableList.Create<string>(["*"]));
        var origin = At($"roles/{name}.yaml");
        roles[name] = new(
            name, 7, new(EquatableMap<EquatableList<string>>.From([selector]), [.. groups], [.. users ?? []], origin) { KubernetesResources = resources is null ? KubernetesResource.DefaultsOf(7, origin) : [resources] },
            new(EquatableMap<EquatableList<string>>.Empty, [], [], origin), origin)
        {
            Options = options ?? RoleOptions.None,
        };
        return this;
    }

    public StateBuilder User(string name, params string[] of)
    {
        users[name] = new(name, [.. of], EquatableMap<EquatableList<string>>.Empty, At($"users/{name}.yaml"));
        return this;
    }

    public StateBuilder Lock(string name, LockTarget target, string message = "locked")
    {
        locks[name] = new(name, target, message, At($"locks/{name}.yaml"));
        return this;
    }

    public StateBuilder WithoutCluster(string name)
    {
        clusters.Remove(name);
        return this;
    }

    public StateBuilder WithoutRole(string name)
    {
        roles.Remove(name);
        return this;
    }

    public StateBuilder WithoutUser(string name)
    {
        users.Remove(name);
        return this;
    }

    public DesiredState Build() => new()
    {
        Revision = new("0123456789abcdef0123456789abcdef01234567", "A <a@example.com>", DateTimeOffset.UnixEpoch, "test"),
        Clusters = new Dictionary<string, KubeCluster>(clusters),
        Roles = new Dictionary<string, Role>(roles),
        Users = new Dictionary<string, User>(users),
        Locks = new Dictionary<string, Lock>(locks),
    };

    private static Origin At(string file) => new(file, 1, "0123456789abcdef0123456789abcdef01234567");
}
