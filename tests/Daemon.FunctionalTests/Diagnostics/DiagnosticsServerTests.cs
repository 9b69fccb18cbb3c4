using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tidegate.Diagnostics;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Metrics;

namespace Tidegate.FunctionalTests.Diagnostics;

/// <summary>The listener of diag_addr as bytes: what is served, to whom, and what is not.</summary>
public sealed class DiagnosticsServerTests : IAsyncLifetime
{
    private readonly DaemonMetrics metrics = new("1.2.3", TimeProvider.System);
    private HealthFinding finding = HealthFinding.Ok;
    private DiagnosticsServer server = null!;

    public static TheoryData<string, int, string, string> Good => new()
    {
        { "/livez", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/healthz", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/readyz", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/readyz?verbose", 200, "text/plain; charset=utf-8", "[+]one ok\n[+]two ok\nreadyz check passed\n" },
        { "/livez?verbose=true", 200, "text/plain; charset=utf-8", "[+]alive ok\nlivez check passed\n" },
        { "/readyz/two", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/readyz/two?verbose", 200, "text/plain; charset=utf-8", "[+]two ok\nreadyz/two check passed\n" },
        { "/readyz/", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/readyz?format=text", 200, "text/plain; charset=utf-8", "ok\n" },
        { "/readyz?format=yaml", 400, "text/plain; charset=utf-8", "format is one of text and json\n" },
        { "/readyz/three", 404, "text/plain; charset=utf-8", "nothing is served here; there are /livez, /readyz, /metrics and /\n" },
        { "/readyz/two/more", 404, "text/plain; charset=utf-8", "nothing is served here; there are /livez, /readyz, /metrics and /\n" },
        { "/metrics/more", 404, "text/plain; charset=utf-8", "nothing is served here; there are /livez, /readyz, /metrics and /\n" },
        { "/debug/pprof", 404, "text/plain; charset=utf-8", "nothing is served here; there are /livez, /readyz, /metrics and /\n" },
        { "/%2e%2e/etc/passwd", 404, "text/plain; charset=utf-8", "nothing is served here; there are /livez, /readyz, /metrics and /\n" },
    };

    public async Task InitializeAsync()
    {
        var time = TimeProvider.System;
        var live = new HealthChecks("livez", time, ("alive", () => HealthFinding.Ok));
        var ready = new HealthChecks("readyz", time, ("one", () => finding), ("two", () => HealthFinding.Ok));
        var facts = new StatusFacts("1.2.3", DateTimeOffset.UnixEpoch, "0123456789ab", 7, 2, DateTimeOffset.UnixEpoch, "applied", DateTimeOffset.UnixEpoch, null);
        server = DiagnosticsServer.Create(new(IPAddress.Loopback, 0), new(live, ready, metrics.Registry, () => facts));
        await server.StartAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_path_has_its_answer(string path, int code, string type, string body)
    {
        var answer = await PlainHttp.GetAsync(server.EndPoint, path);
        (answer.Head.Status, answer.Head.Value("Content-Type"), answer.Body).ShouldBe((code, type, body));
        answer.Head.Value("Cache-Control").ShouldBe("no-store");
        answer.Head.Value("Server").ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_is_503_with_its_reason_in_text_and_json()
    {
        finding = HealthFinding.Failed("it fell");
        var text = await PlainHttp.GetAsync(server.EndPoint, "/readyz");
        (text.Head.Status, text.Body).ShouldBe((503, "[-]one failed: it fell\n[+]two ok\nreadyz check failed\n"));
        (await PlainHttp.GetAsync(server.EndPoint, "/readyz/two")).Head.Status.ShouldBe(200);
        (await PlainHttp.GetAsync(server.EndPoint, "/livez")).Head.Status.ShouldBe(200);

        var answers = new[]
        {
            await PlainHttp.GetAsync(server.EndPoint, "/readyz?format=json"), await PlainHttp.GetAsync(server.EndPoint, "/readyz", "Accept: text/html, application/json;q=0.9"),
        };
        foreach (var answer in answers)
        {
            (answer.Head.Status, answer.Head.Value("Content-Type")).ShouldBe((503, "application/json"));
            var json = JsonNode.Parse(answer.Body)!;
            ((string?)json["status"]).ShouldBe("failed");
            json["checks"]!.AsArray().Select(c => $"{c!["name"]} {c["status"]} {c["reason"]}").ShouldBe(["one failed it fell", "two ok "]);
            ((DateTimeOffset)json["checks"]![0]!["since"]!).ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        }
    }

    [Fact]
    public async Task Metrics_have_Prometheus_type_and_the_process_in_them()
    {
        var answer = await PlainHttp.GetAsync(server.EndPoint, "/metrics");
        answer.Head.Value("Content-Type").ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var exposition = new Exposition(answer.Body);
        exposition["tidegate_build_info{version=\"1.2.3\"}"].ShouldBe(1);
        exposition["process_cpu_seconds_total"].ShouldBeGreaterThan(0);
        exposition["dotnet_total_memory_bytes"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_page_has_no_script_and_forbids_any()
    {
        var answer = await PlainHttp.GetAsync(server.EndPoint, "/");
        (answer.Head.Status, answer.Head.Value("Content-Type")).ShouldBe((200, "text/html; charset=utf-8"));
        answer.Head.Value("Content-Security-Policy")!.ShouldStartWith("default-src 'none'");
        answer.Body.ShouldContain("<td>0123456789ab</td>");
        answer.Body.ShouldNotContain("<script");
        foreach (var link in new[] { "/livez", "/readyz", "/metrics" })
        {
            answer.Body.ShouldContain($"<a href=\"{link}");
        }
    }

    [Theory]
    [InlineData("POST", "Content-Length: 0")]
    [InlineData("PUT", "Content-Length: 3")]
    [InlineData("DELETE", "X-Nothing: 1")]
    [InlineData("OPTIONS", "X-Nothing: 1")]
    public async Task Other_methods_are_refused(string method, string header)
    {
        var (head, body) = await PlainHttp.ExchangeAsync(server.EndPoint, $"{method} /livez HTTP/1.1\r\nHost: d\r\n{header}\r\nConnection: close\r\n\r\n");
        (head.Status, head.Value("Allow"), body).ShouldBe((405, "GET, HEAD", "only GET and HEAD are served here\n"));
    }

    [Fact]
    public async Task HEAD_is_GET_without_its_body()
    {
        var (head, body) = await PlainHttp.ExchangeAsync(server.EndPoint, "HEAD /livez HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
        (head.Status, head.Value("Content-Length"), body).ShouldBe((200, "3", ""));
    }

    [Fact]
    public async Task Long_requests_are_refused()
    {
        (await PlainHttp.GetAsync(server.EndPoint, "/" + new string('a', 3000))).Head.Status.ShouldBe(414);
        (await PlainHttp.GetAsync(server.EndPoint, "/livez", "X-Long: " + new string('a', 9000))).Head.Status.ShouldBe(431);
    }

    [Fact]
    public async Task Only_so_many_connections_are_held()
    {
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 64; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(server.EndPoint);
                held.Add(client);
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            using var refused = new TcpClient();
            await refused.ConnectAsync(server.EndPoint);
            held.Add(refused);

            // Which of them is refused is the server's choice; it is one.
            var ends = held.Select(c => EndAsync(c, limit.Token)).ToList();
            var ended = await Task.WhenAny(ends);
            (await ended).ShouldBeTrue();
            foreach (var (client, end) in held.Zip(ends).Where(h => h.Second != ended))
            {
                await client.GetStream().WriteAsync("GET /livez HTTP/1.1\r\nHost: d\r\n\r\n"u8.ToArray());
                (await end).ShouldBeFalse("the others are served");
            }
        }
        finally
        {
            held.ForEach(c => c.Dispose());
        }

        static async Task<bool> EndAsync(TcpClient client, CancellationToken cancellationToken)
        {
            try
            {
                return await client.GetStream().ReadAsync(new byte[1], cancellationToken) == 0;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }
}
