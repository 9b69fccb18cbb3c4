using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// What the log holds of clusters that fail and of streams and clients that end: one line when a cluster begins to fail, one when it answers again, and nothing of the libraries that the gate is made of.
/// </summary>
public sealed class OutageLogTests : IAsyncLifetime
{
    private const int Times = 10;

    private const string Pods = "/api/v1/namespaces/default/pods";

    private readonly Lines lines = new();
    private Scene scene;

    public OutageLogTests() => scene = new() { Loggers = lines };

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_cluster_that_refuses_connections_is_one_line()
    {
        Register("gone", FreePort.Next());

        await AskManyAsync("gone");

        (await AllAsync()).ShouldBe(["Requests to cluster gone fail: kubernetes cluster \"gone\" is offline: connection refused"]);
    }

    [Fact]
    public async Task A_cluster_without_tls_is_one_line()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var peer = await plain.AcceptTcpClientAsync();
                await peer.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        });
        Register("plain", ((IPEndPoint)plain.LocalEndpoint).Port);

        await AskManyAsync("plain");

        (await AllAsync()).ShouldBe(["Requests to cluster plain fail: kubernetes cluster \"plain\" is offline: the TLS handshake with it failed"]);
    }

    [Fact]
    public async Task A_cluster_that_is_not_trusted_is_one_line()
    {
        await using var foreign = new RawUpstream(new("foreign authority"), RawUpstream.Ok);
        scene.Gate.Apply(scene.State.Cluster("foreign", scene.CredentialOf(foreign)));

        await AskManyAsync("foreign");

        (await AllAsync()).ShouldHaveSingleItem().ShouldStartWith("Requests to cluster foreign fail: kubernetes cluster \"foreign\" shows a certificate");
    }

    [Fact]
    public async Task A_cluster_that_takes_no_connection_in_time_is_one_line()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await scene.DisposeAsync();
        scene = new() { Loggers = lines, UpstreamOptions = Loopback.Upstream with { ConnectTimeout = TimeSpan.FromSeconds(1) } };
        await scene.InitializeAsync();
        Register("silent", ((IPEndPoint)silent.LocalEndpoint).Port);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => scene.ExchangeAsync(Scene.Get("/clusters/silent" + Pods))));

        (await AllAsync()).ShouldBe(["Requests to cluster silent fail: kubernetes cluster \"silent\" did not accept a connection in time"]);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("HTTP/1.1 2", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true)]
    public async Task A_cluster_that_breaks_off_requests_in_several_ways_is_one_line(string answer, bool reset)
    {
        scene.Answer = r => BreakOffAsync(r, answer, reset);
        for (var i = 0; i < Times; i++)
        {
            await IgnoringAsync(() => scene.ExchangeAsync(Scene.Get("/clusters/c1" + Pods)));
            await IgnoringAsync(() => scene.Http2().GetStringAsync(new Uri("/clusters/c1" + Pods, UriKind.Relative)));
        }

        Register("c1", FreePort.Next());
        await AskManyAsync("c1");

        (await AllAsync()).ShouldBe(["Requests to cluster c1 fail: kubernetes cluster \"c1\" broke off the request"]);
    }

    [Theory]
    [InlineData("watch", false)]
    [InlineData("watch", true)]
    [InlineData("logs", true)]
    [InlineData("exec", false)]
    [InlineData("exec", true)]
    [InlineData("spdy exec", false)]
    [InlineData("spdy exec", true)]
    [InlineData("port-forward", true)]
    [InlineData("spdy port-forward", true)]
    public async Task The_end_of_a_stream_is_no_failure_of_the_cluster(string kind, bool reset)
    {
        scene.Answer = Streams.AnswerAsync;
        for (var i = 0; i < Times; i++)
        {
            await using var client = await scene.ConnectAsync();
            await client.SendAsync(Streams.Named(kind));
            var head = await client.ReadHeadAsync();
            await BreakOffAsync(await scene.Upstream.NextAsync(), "", reset);
            await Streams.ReadToAnyEndAsync(client, head);
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Watches_over_http2_that_the_cluster_cuts_are_no_failure()
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync(Streams.WatchHead);
            await r.WriteChunkAsync("{}\n");

            // No reset, which could overtake the head.
            r.Stream.Close();
        };
        for (var i = 0; i < Times; i++)
        {
            await IgnoringAsync(() => scene.Http2().GetStringAsync(new Uri($"/clusters/c1{Pods}?watch=1", UriKind.Relative)));
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("logs")]
    [InlineData("exec")]
    [InlineData("spdy exec")]
    [InlineData("port-forward")]
    public async Task A_client_that_goes_away_is_no_line(string kind)
    {
        scene.Answer = Streams.AnswerAsync;
        for (var i = 0; i < Times; i++)
        {
            await using var client = await scene.ConnectAsync();
            await client.SendAsync(Streams.Named(kind));
            await client.ReadHeadAsync();
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_of_http2_that_goes_away_is_no_line()
    {
        scene.Answer = Streams.AnswerAsync;
        for (var i = 0; i < Times; i++)
        {
            var client = scene.Http2();
            using (await client.GetAsync(new Uri($"/clusters/c1{Pods}?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
            {
                // The first goes with its stream, the next with its whole connection.
            }

            var waiting = client.GetAsync(new Uri($"/clusters/c1{Pods}?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            client.Dispose();
            await IgnoringAsync(async () => (await waiting).Dispose());
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_breaks_off_its_own_body_is_no_line()
    {
        for (var i = 0; i < Times; i++)
        {
            await using var client = await scene.ConnectAsync();
            await client.SendAsync($"POST /clusters/c1{Pods} HTTP/1.1\r\nHost: g\r\nContent-Length: 100\r\n\r\n{{");
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_that_nobody_understands_is_no_line()
    {
        foreach (var request in (string[])["nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\nHost: g\r\nContent-Length: +1\r\n\r\n", "GET / HTTP/9.9\r\nHost: g\r\n\r\n"])
        {
            await using var client = await scene.ConnectAsync();
            await client.SendAsync(request);
            await IgnoringAsync(client.ReadToEndAsync);
        }

        (await AllAsync()).ShouldBeEmpty();
    }

    private static async Task BreakOffAsync(RawRequest request, string answer, bool reset)
    {
        if (answer.Length > 0)
        {
            await request.WriteAsync(answer);
        }

        if (reset)
        {
            request.Reset();
        }
        else
        {
            request.Stream.Close();
        }
    }

    private static async Task IgnoringAsync(Func<Task> what)
    {
        try
        {
            await what();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            // How it ends for the client is other tests' concern.
        }
    }

    private async Task AskManyAsync(string cluster)
    {
        for (var i = 0; i < Times; i++)
        {
            await scene.ExchangeAsync(Scene.Get($"/clusters/{cluster}{Pods}"));
            await scene.ExchangeAsync(Streams.Watch(cluster));
            await scene.ExchangeAsync(Streams.WebSocketExec(cluster));
        }
    }

    private void Register(string name, int port) =>
        scene.Gate.Apply(scene.State.Cluster(name, scene.CredentialOf(scene.Upstream) with { Server = new($"https://127.0.0.1:{port}") }));

    /// <summary>All lines, when everything that could write one has ended.</summary>
    private async Task<IReadOnlyCollection<string>> AllAsync()
    {
        await scene.Gate.StopAsync(TimeSpan.Zero);
        return lines.Written;
    }

    /// <summary>What the daemon would write at its usual level: its own from Information, the libraries' from Warning.</summary>
    private sealed class Lines : ILoggerFactory
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => new One(categoryName, this);

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        private sealed class One(string category, Lines owner) : ILogger
        {
            private readonly bool isOwn = category.StartsWith("Tidegate", StringComparison.Ordinal);

            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= (isOwn ? LogLevel.Information : LogLevel.Warning);

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (IsEnabled(logLevel))
                {
                    owner.Written.Enqueue((isOwn ? "" : category + ": ") + formatter(state, exception) + exception);
                }
            }
        }
    }
}
