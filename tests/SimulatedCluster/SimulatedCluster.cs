using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tidegate.Simulation.Identity;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Pki;
using Tidegate.Simulation.Pods;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Rest;
using Tidegate.Simulation.Seeds;

namespace Tidegate.Simulation;

/// <summary>
/// A Kubernetes API server in one process, good enough for kubectl, helm and client-go: HTTP/1.1 and HTTP/2 over TLS, with a
/// certificate authority of its own. Everything lives in memory and goes with it.
/// </summary>
internal sealed class SimulatedCluster : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ConnectionContext, byte> connections = new();
    private readonly SimulatedClusterOptions options;
    private readonly ClusterAuthority authority;
    private readonly Authentication authentication;
    private readonly Workloads workloads;
    private readonly PodRuntimes runtimes;
    private readonly WatchEndpoint watches;
    private readonly PodEndpoint pods;
    private readonly ResourceRouter router;
    private readonly ApiServer api;
    private readonly WebApplication app;
    private CancellationTokenSource closing = new();

    private SimulatedCluster(SimulatedClusterOptions options)
    {
        this.options = options;
        authority = new ClusterAuthority(options.Time);
        authentication = new Authentication(authority);
        Store = new ObjectStore(options.Time);
        workloads = new Workloads(Store);
        Recorder = new RequestRecorder(options.Time);
        runtimes = new PodRuntimes(options.Time);
        watches = new WatchEndpoint(Store, options.Time);
        pods = new PodEndpoint(Store, runtimes, options.LogChatter, options.Time);
        Authorizer authorizer = new(Store);
        router = new ResourceRouter(Store, workloads, authorizer, watches, pods, options.Time) { Closing = closing.Token, AcceptToken = authentication.Accept };
        api = new ApiServer(Recorder, authentication, new Impersonation(authorizer), authorizer, router);
        Seed.Fill(Store, workloads);
        if (options.Teams)
        {
            AddTeams();
        }

        if (options.Metrics)
        {
            Store.Catalog.Add(ResourceTypes.PodMetrics, ResourceTypes.NodeMetrics);
        }

        app = Build();
    }

    /// <summary>The base URL, without a slash at its end.</summary>
    public string Url { get; private set; } = "";

    public string AuthorityPem => authority.CertificatePem;

    /// <summary>The token of the service account that may impersonate anybody and nothing else.</summary>
    public string GateToken { get; } = NewToken();

    /// <summary>A token for a member of <c>system:masters</c>.</summary>
    public string AdminToken { get; } = NewToken();

    public ObjectStore Store { get; }

    public RequestRecorder Recorder { get; }

    /// <summary>What arrived so far, newest last.</summary>
    public IReadOnlyList<RecordedRequest> Requests => Recorder.All;

    public int OpenWatches => watches.Open;

    public int OpenLogs => pods.Logs.Open;

    /// <summary>Exec and attach sessions.</summary>
    public int OpenCommands => pods.RemoteCommands.Open;

    public int OpenPortForwards => pods.PortForwards.Open;

    public int OpenConnections => connections.Count;

    public static async Task<SimulatedCluster> StartAsync(SimulatedClusterOptions options, CancellationToken cancellationToken)
    {
        SimulatedCluster cluster = new(options);
        string account = $"system:serviceaccount:{Seed.GateNamespace}:{Seed.GateAccount}";
        cluster.authentication.Accept(cluster.GateToken, new Caller(account, Caller.ServiceAccountGroups(Seed.GateNamespace)));
        cluster.authentication.Accept(cluster.AdminToken, new Caller("kubernetes-admin", ["system:masters"]));
        await cluster.app.StartAsync(cancellationToken);
        cluster.Url = cluster.app.Urls.First().TrimEnd('/');
        return cluster;
    }

    /// <summary>The kubeconfig for a gate: the impersonating service account's token, everything inline.</summary>
    public string GateKubeconfig() => TokenKubeconfig(GateToken);

    public string TokenKubeconfig(string token) => KubeconfigDocument.WithToken(options.Name, Url, authority.CertificatePem, token);

    /// <summary>A kubeconfig with a client certificate whose CN is the user and whose O are the groups.</summary>
    public string CertificateKubeconfig(string user, params string[] groups)
    {
        using X509Certificate2 certificate = authority.IssueClient(user, groups);
        return KubeconfigDocument.WithCertificate(options.Name, Url, authority.CertificatePem, certificate);
    }

    /// <returns>A new token for this user.</returns>
    public string AddToken(string user, params string[] groups)
    {
        string token = NewToken();
        authentication.Accept(token, new Caller(user, groups));
        return token;
    }

    public void RevokeToken(string token) => authentication.Revoke(token);

    /// <summary>Binds a ClusterRole to a user, group or service account (<c>namespace:name</c>), cluster-wide if <paramref name="ns"/> is empty.</summary>
    public void Bind(string subjectKind, string subject, string clusterRole, string ns = "") => Seed.Put(
        Store,
        workloads,
        ns.Length == 0 ? ResourceTypes.ClusterRoleBindings : ResourceTypes.RoleBindings,
        ns,
        $"{clusterRole}-{subject.Replace(':', '-')}",
        Seed.Binding(subjectKind, subject, clusterRole, ns));

    public void Unbind(string name, string ns = "") => Store.Delete(ns.Length == 0 ? ResourceTypes.ClusterRoleBindings : ResourceTypes.RoleBindings, ns, name);

    public void AddPod(string ns, string name) => Seed.Put(Store, workloads, ResourceTypes.Pods, ns, name, Seed.Pod("web"));

    public void RemovePod(string ns, string name) => Store.Delete(ResourceTypes.Pods, ns, name);

    /// <summary>Adds pods <c>prefix-0</c> and so on, of about 4 kB each, as fast as many of them are wanted.</summary>
    public void AddPods(string ns, string prefix, int count) => BulkPods.Add(Store, ns, prefix, count);

    /// <summary>Adds the namespaces dev, prod, team-a and team-b with objects of every kind, and the custom kinds widgets and gadgets of example.com.</summary>
    public void AddTeams() => TeamSeed.Fill(Store, workloads);

    /// <summary>Adds any object as somebody would write it.</summary>
    /// <param name="ns">Where a namespaced one goes.</param>
    public JsonObject AddObject(string ns, JsonObject item) => Seed.Put(Store, workloads, ns, item);

    /// <summary>Adds a kind, as if its definition had been applied.</summary>
    public void AddCustomKind(string group, string version, string plural, string kind, bool namespaced) =>
        Seed.Put(Store, workloads, ResourceTypes.CustomResourceDefinitions, "", $"{plural}.{group}", CustomKinds.Definition(group, version, plural, kind, namespaced));

    /// <summary>Removes a kind with its objects, as if its definition had been deleted.</summary>
    public void RemoveCustomKind(string group, string plural) =>
        workloads.Deleted(ResourceTypes.CustomResourceDefinitions, Store.Delete(ResourceTypes.CustomResourceDefinitions, "", $"{plural}.{group}"));

    public void EmitLog(string ns, string pod, string line) => Runtime(ns, pod).Log.Append(line);

    public PodRuntime Runtime(string ns, string pod) => runtimes.Of(Store.Get(ResourceTypes.Pods, ns, pod));

    /// <summary>From now on requests are accepted and recorded but not answered, until <see cref="Resume"/>.</summary>
    public void Hang() => api.Hang ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        TaskCompletionSource? held = api.Hang;
        api.Hang = null;
        held?.SetResult();
    }

    /// <summary>Ends all watches and followed logs as whole responses, and all upgraded streams.</summary>
    public void EndStreams()
    {
        CancellationTokenSource old = closing;
        closing = new CancellationTokenSource();
        router.Closing = closing.Token;
        old.Cancel();
    }

    /// <summary>Cuts every connection off in the middle of whatever it does.</summary>
    public void AbortConnections()
    {
        foreach (ConnectionContext connection in connections.Keys)
        {
            connection.Abort(new ConnectionAbortedException("The test asked for it."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        Resume();
        AbortConnections();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        closing.Dispose();
        authority.Dispose();
    }

    private static string NewToken() => "simulated-" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    private WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            KestrelServerLimits limits = kestrel.Limits;
            (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize, limits.MaxRequestHeaderCount) = (1 << 20, 1 << 20, 10_000);
            (limits.MaxRequestBodySize, limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (null, null, null);
            limits.MaxRequestBufferSize = null;
            kestrel.Listen(options.Listen, Configure);
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        WebApplication built = builder.Build();
        built.Run(api.HandleAsync);
        return built;
    }

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        X509Certificate2 certificate = authority.IssueServer(options.Listen.Address);
        listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;

            // Judged per request, as the API server does, so that a wrong one is answered with 401 and not with a failed handshake.
            https.AllowAnyClientCertificate();
        });
        listen.Use(next => connection => ServeAsync(connection, next));
    }

    /// <summary>Runs inside TLS: keeps the connection for <see cref="AbortConnections"/> and taps what HTTP/1.1 clients send.</summary>
    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        connections.TryAdd(connection, 0);
        if (connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            RequestTap tap = new(connection.Transport.Input);
            connection.Features.Set(tap);
            connection.Transport = new TappedPipe(tap, connection.Transport.Output);
        }

        try
        {
            await next(connection);
        }
        finally
        {
            connections.TryRemove(connection, out _);
        }
    }

    private sealed class TappedPipe(RequestTap input, System.IO.Pipelines.PipeWriter output) : System.IO.Pipelines.IDuplexPipe
    {
        public System.IO.Pipelines.PipeReader Input => input;

        public System.IO.Pipelines.PipeWriter Output => output;
    }
}
