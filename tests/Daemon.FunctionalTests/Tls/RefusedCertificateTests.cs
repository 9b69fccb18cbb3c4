using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Proxy;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>Whose certificate is not good is told why, once, and reaches nothing else, whatever is asked and however.</summary>
public sealed class RefusedCertificateTests : IAsyncLifetime
{
    private const string Expired = "the certificate has expired or is not valid yet";

    private X509Certificate2 expired = null!;
    private Scene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await Scene.StartAsync(Streams.AnswerAsync);
        expired = scene.Gate.Clients.IssueClientCertificate("CN=alice", days: -1);
    }

    public async Task DisposeAsync()
    {
        // Whatever was asked: nothing reached a cluster, and the log has the handshakes alone.
        scene.Upstream.Count.ShouldBe(0);
        scene.Gate.AuditRecords().ShouldAllBe(r => (string?)r["event"] == "auth" && (string?)r["decision"] == "denied");
        scene.Gate.Server.InFlight.Count.ShouldBe(0);
        await scene.DisposeAsync();
        expired.Dispose();
    }

    public static TheoryData<string> Requests =>
    [
        Scene.Get("/"),
        Scene.Get("/v1/kube_clusters"),
        Scene.Get("/clusters/c1/version"),
        Scene.Get("/no/such/path"),
        Streams.Watch(),
        Streams.WebSocketExec(),
        Streams.SpdyExec(),
        Streams.WebSocketPortForward(),
        "OPTIONS * HTTP/1.1\r\nHost: g\r\n\r\n",
        "DELETE /clusters/c1/api/v1/namespaces/default/pods/web HTTP/1.1\r\nHost: g\r\n\r\n",
        "GET /clusters/c1/version HTTP/1.1\r\nHost: g\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",

        // The body never comes, and is not waited for.
        "POST /clusters/c1/api/v1/namespaces/default/pods HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n",
        "POST /clusters/c1/api/v1/namespaces/default/pods HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
        "POST /clusters/c1/api/v1/namespaces/default/pods HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n",

        // Only the first of several is answered.
        Scene.Get("/clusters/c1/version") + Scene.Get("/clusters/c1/version"),
        "GET /clusters/c1/version HTTP/1.1\r\nHost: g\r\nConnection: keep-alive\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Every_request_gets_one_401_with_the_reason_and_the_connection_ends(string request)
    {
        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, expired);
        await client.SendAsync(request);
        var (head, body) = await client.ReadResponseAsync();

        head.Status.ShouldBe(401);
        head.Value("Connection").ShouldBe("close");
        body.ShouldContain($"\"message\":\"{Expired}\",\"reason\":\"Unauthorized\"");
        var rest = Array.Empty<byte>();
        await Record.ExceptionAsync(async () => rest = await client.ReadToEndAsync());
        rest.ShouldBeEmpty();
        (await scene.Gate.AuditRecordAsync(_ => true))["code"]!.GetValue<string>().ShouldBe("T3007W");
        scene.Gate.AuditRecords().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Over_http2_what_is_asked_at_once_is_answered_and_the_connection_ends_with_a_goaway()
    {
        using var http = Http2();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => http.GetAsync(new Uri($"/clusters/c1/api/v1/namespaces/n{i}/pods", UriKind.Relative))));

        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await answer.Content.ReadAsStringAsync()).ShouldContain(Expired);
        }

        // The client was told to use another connection for what comes next: another record.
        var before = scene.Gate.AuditRecords().Count;
        (await http.GetAsync(new Uri("/v1/kube_clusters", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await scene.Gate.AuditRecordAsync(_ => scene.Gate.AuditRecords().Count > before);
    }

    [Fact]
    public async Task A_websocket_over_http2_is_refused_like_a_request()
    {
        using var handler = Handler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol("v5.channel.k8s.io");

        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(
            new UriBuilder(scene.Gate.Address) { Scheme = "wss", Path = Streams.Pod }.Uri, invoker, CancellationToken.None));

        socket.HttpStatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_http2_client_that_goes_on_asking_is_cut_off()
    {
        await using var client = await RawClient.ConnectAsync(
            scene.Gate.EndPoint, new SslClientAuthenticationOptions { ClientCertificates = [expired], ApplicationProtocols = [SslApplicationProtocol.Http2] });
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");

        // HEADERS with END_STREAM and END_HEADERS; HPACK: :method GET, :scheme https, :path /, :authority g (RFC 7541, appendix A).
        var asking = Record.ExceptionAsync(async () =>
        {
            for (var stream = 1; stream < 4000; stream += 2)
            {
                await client.SendAsync($"\0\0\u0006\u0001\u0005\0\0{(char)(stream >> 8)}{(char)(stream & 0xFF)}\u0082\u0087\u0084\u0041\u0001g");
            }
        });
        var received = Array.Empty<byte>();
        await Record.ExceptionAsync(async () => received = await client.ReadToEndAsync());
        await asking;

        Count(received, "the certificate has expired").ShouldBeLessThanOrEqualTo(16);
        scene.Gate.AuditRecords().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_says_nothing_is_cut_off_soon()
    {
        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, expired);
        var clock = PromisedTime.Start();

        await Record.ExceptionAsync(() => client.ReadToEndAsync());

        clock.ShouldBeKept(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Only_so_many_are_told_at_once_and_the_others_are_refused_in_the_handshake()
    {
        // Time stands still for the gate, so that none is cut off while the next ones come.
        await using var own = await Scene.StartAsync(Streams.AnswerAsync, new FakeTimeProvider(DateTimeOffset.UtcNow));
        using var certificate = own.Gate.Clients.IssueClientCertificate("CN=alice", days: -1);
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < RefusalServer.MostConnections; i++)
            {
                clients.Add(await RawClient.ConnectAsync(own.Gate.EndPoint, certificate));
            }

            var error = await Record.ExceptionAsync(async () =>
            {
                await using var one = await RawClient.ConnectAsync(own.Gate.EndPoint, certificate);
                await one.SendAsync(Scene.Get("/"));
                await one.ReadHeadAsync();
            });
            (error is IOException or AuthenticationException).ShouldBeTrue(error?.ToString() ?? "it was answered");
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (await Record.ExceptionAsync(async () =>
        {
            await using var one = await RawClient.ConnectAsync(own.Gate.EndPoint, certificate);
            await one.SendAsync(Scene.Get("/"));
            (await one.ReadHeadAsync()).Status.ShouldBe(401);
        }) is not null)
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_session_that_is_resumed_is_refused_again(SslProtocols version)
    {
        for (var i = 0; i < 3; i++)
        {
            await using var client = await RawClient.ConnectAsync(
                scene.Gate.EndPoint, new SslClientAuthenticationOptions { ClientCertificates = [expired], EnabledSslProtocols = version });
            await client.SendAsync(Scene.Get("/v1/kube_clusters"));
            (await client.ReadResponseAsync()).Head.Status.ShouldBe(401);
        }
    }

    private static int Count(byte[] bytes, string text) => Encoding.Latin1.GetString(bytes).Split(text).Length - 1;

    private HttpClient Http2() => new(Handler())
    {
        BaseAddress = scene.Gate.Address,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(120),
    };

    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [expired], RemoteCertificateValidationCallback = (_, _, _, _) => true },
    };
}
