using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Tidegate.Audit;
using Tidegate.Kubernetes;
using Tidegate.Limits;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>
/// The usual scene: a gate with the cluster <c>c1</c> behind it; alice, who enters it as herself with the groups <c>devs</c> and <c>ops,eu</c>, and bob, who has
/// the same role. The cluster's own credential is the token <c>cluster-token</c>.
/// </summary>
public sealed class Scene : IAsyncLifetime, IAsyncDisposable
{
    public const string Token = "cluster-token";

    private readonly Dictionary<string, X509Certificate2> certificates = [];
    private readonly List<IDisposable> clients = [];

    public RawUpstream Upstream { get; private set; } = null!;

    /// <summary>Answers what reaches <see cref="Upstream"/>.</summary>
    public Func<RawRequest, Task> Answer { get; set; } = RawUpstream.Ok;

    internal Gate Gate { get; private set; } = null!;

    internal StateBuilder State { get; private set; } = null!;

    internal UpstreamOptions UpstreamOptions { get; init; } = Loopback.Upstream with { Marker = new() };

    internal AuditFailure OnAuditFailure { get; init; } = AuditFailure.Refuse;

    internal IReadOnlyList<IAuditSink>? Sinks { get; init; }

    internal ILoggerFactory? Loggers { get; init; }

    internal LimitOptions? Limits { get; init; }

    /// <summary>The gate's time; the handshake looks at the system's all the same, as do the journal and the audit file.</summary>
    internal TimeProvider? Time { get; init; }

    public static async Task<Scene> StartAsync(Func<RawRequest, Task>? answer = null, TimeProvider? time = null)
    {
        var scene = new Scene { Answer = answer ?? RawUpstream.Ok, Time = time };
        await scene.InitializeAsync();
        return scene;
    }

    public async Task InitializeAsync()
    {
        Gate = await Gate.StartAsync(UpstreamOptions, OnAuditFailure, Sinks, Loggers, Time, Limits);
        Upstream = new(Gate.Servers, r => Answer(r));
        State = new StateBuilder()
            .Cluster("c1", CredentialOf(Upstream), ("env", "dev"))
            .Role("dev", ["devs", "ops,eu"])
            .User("alice", "dev")
            .User("bob", "dev");
        Gate.Apply(State);
    }

    /// <summary>Another API server, which is not registered yet.</summary>
    public RawUpstream AnotherUpstream(Func<RawRequest, Task> answer) => new(Gate.Servers, answer);

    /// <summary>Certificate for a person, issued once.</summary>
    public X509Certificate2 CertificateOf(string person)
    {
        if (!certificates.TryGetValue(person, out var certificate))
        {
            certificates[person] = certificate = Gate.Clients.IssueClientCertificate($"CN={person}");
        }

        return certificate;
    }

    public Task<RawClient> ConnectAsync(string person = "alice") => RawClient.ConnectAsync(Gate.EndPoint, CertificateOf(person));

    /// <summary>Many connections, of which only a few are in their handshake at once: a busy machine would not get through all of them within the time of one.</summary>
    public async Task<List<RawClient>> ConnectManyAsync(int count, string person = "alice")
    {
        var clients = new List<RawClient>();
        foreach (var few in Enumerable.Range(0, count).Chunk(10))
        {
            clients.AddRange(await Task.WhenAll(few.Select(_ => ConnectAsync(person))));
        }

        return clients;
    }

    /// <summary>An HTTP/2 client.</summary>
    public HttpClient Http2(string person = "alice")
    {
        var client = new HttpClient(CreateHandler(person))
        {
            BaseAddress = Gate.Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(120),
        };
        clients.Add(client);
        return client;
    }

    /// <summary>The same for what wants a handler: WebSockets over HTTP/2.</summary>
    public HttpMessageInvoker Http2Invoker(string person = "alice") => new(CreateHandler(person));

    /// <summary>Sends one HTTP/1.1 request on a connection of its own and reads the answer whole.</summary>
    public async Task<(RawResponse Head, string Body)> ExchangeAsync(string requestHead, string person = "alice")
    {
        await using var client = await ConnectAsync(person);
        await client.SendAsync(requestHead);
        return await client.ReadResponseAsync();
    }

    /// <summary>A GET with the headers that HTTP/1.1 needs.</summary>
    public static string Get(string path, params string[] headers) =>
        $"GET {path} HTTP/1.1\r\nHost: gate.example.com\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n";

    internal ClusterCredential CredentialOf(RawUpstream upstream) =>
        new(upstream.Address) { CertificateAuthorityPem = Gate.Servers.Pem, Token = Token };

    public async Task DisposeAsync()
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }

        await Upstream.DisposeAsync();
        await Gate.DisposeAsync();
    }

    private SocketsHttpHandler CreateHandler(string person) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = [CertificateOf(person)],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        },
    };

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
}
