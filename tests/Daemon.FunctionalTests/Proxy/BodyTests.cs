using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Bodies pass untouched in both directions, framed as they came.</summary>
public sealed class BodyTests : IAsyncLifetime
{
    private const int Large = 8 << 20;

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_body_with_a_length_arrives_with_that_length()
    {
        await scene.ExchangeAsync(Post("Content-Length: 5\r\nContent-Type: application/apply-patch+yaml; charset=x", "a: b\n"));

        var seen = await scene.Upstream.NextAsync();
        seen.Body.ShouldBe("a: b\n"u8.ToArray());
        seen.Values("Content-Length").ShouldBe(["5"]);
        seen.Values("Transfer-Encoding").ShouldBeEmpty();
        seen.Values("Content-Type").ShouldBe(["application/apply-patch+yaml; charset=x"]);
    }

    [Fact]
    public async Task A_chunked_body_arrives_chunked()
    {
        await scene.ExchangeAsync(Post("Transfer-Encoding: chunked", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"));

        var seen = await scene.Upstream.NextAsync();
        seen.Body.ShouldBe("abcde"u8.ToArray());
        seen.Values("Transfer-Encoding").ShouldBe(["chunked"]);
        seen.Values("Content-Length").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_post_without_a_body_stays_without_one()
    {
        var (head, body) = await scene.ExchangeAsync(Post("Content-Length: 0\r\nContent-Type: application/json", ""));
        head.Status.ShouldBe(200, body);

        var seen = await scene.Upstream.NextAsync();
        seen.Values("Content-Length").ShouldBe(["0"]);
        seen.Values("Transfer-Encoding").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_get_without_a_body_gets_no_framing()
    {
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"));

        var seen = await scene.Upstream.NextAsync();
        seen.Values("Content-Length").ShouldBeEmpty();
        seen.Values("Transfer-Encoding").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Eight_megabytes_pass_both_ways(int version)
    {
        var up = RandomNumberGenerator.GetBytes(Large);
        var down = RandomNumberGenerator.GetBytes(Large);
        scene.Answer = async r =>
        {
            await r.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large}\r\n\r\n");
            await r.WriteAsync(down);
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/clusters/c1/api/v1/namespaces/default/configmaps")
        {
            Version = new(version, version == 1 ? 1 : 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(up),
        };
        using var response = await scene.Http2().SendAsync(request);

        response.Content.Headers.ContentLength.ShouldBe(Large);
        SHA256.HashData(await response.Content.ReadAsByteArrayAsync()).ShouldBe(SHA256.HashData(down));
        var seen = await scene.Upstream.NextAsync();
        seen.Values("Content-Length").ShouldBe([Large.ToString(CultureInfo.InvariantCulture)]);
        SHA256.HashData(seen.Body).ShouldBe(SHA256.HashData(up));
    }

    [Fact]
    public async Task Chunks_pass_both_ways_in_pieces()
    {
        var piece = RandomNumberGenerator.GetBytes(100_000);
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 5; i++)
            {
                await r.WriteAsync(Encoding.Latin1.GetBytes($"{piece.Length:x}\r\n"));
                await r.WriteAsync(piece);
                await r.WriteAsync("\r\n");
            }

            await r.WriteAsync("0\r\n\r\n");
        };
        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"));

        head.Value("Transfer-Encoding").ShouldBe("chunked");
        body.ShouldBe(string.Concat(Enumerable.Repeat(Encoding.Latin1.GetString(piece), 5)));
    }

    [Fact]
    public async Task A_client_that_expects_100_is_told_to_go_on_only_after_the_decision()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync("POST /clusters/c1/api/v1/namespaces HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        (await client.ReadHeadAsync()).Status.ShouldBe(100);
        await client.SendAsync("abcd");
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        var seen = await scene.Upstream.NextAsync();
        seen.Body.ShouldBe("abcd"u8.ToArray());
        seen.Values("Expect").ShouldBeEmpty();

        await client.SendAsync("POST /clusters/c2/api/v1/namespaces HTTP/1.1\r\nHost: g\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        (await client.ReadHeadAsync()).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n")]
    [InlineData("DELETE", "HTTP/1.1 204 No Content\r\nETag: \"x\"\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n")]
    public async Task Answers_without_a_body_end_at_once(string method, string answer)
    {
        scene.Answer = r => r.WriteAsync(answer);
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"{method} /clusters/c1/openapi/v3 HTTP/1.1\r\nHost: g\r\nIf-None-Match: \"x\"\r\n\r\n");
        var head = await client.ReadHeadAsync();
        $"HTTP/1.1 {head.Status}".ShouldBe(answer[..12]);
        head.Value("ETag").ShouldBe("\"x\"");
        if (method == "HEAD")
        {
            head.Value("Content-Length").ShouldBe("1234");
        }

        (await scene.Upstream.NextAsync()).Values("If-None-Match").ShouldBe(["\"x\""]);

        // What follows on the connection is the next answer and nothing of the first.
        scene.Answer = RawUpstream.Ok;
        await client.SendAsync(Scene.Get("/clusters/c1/version"));
        (await client.ReadResponseAsync()).Body.ShouldBe("{}");
    }

    [Fact]
    public async Task Trailers_reach_an_http2_client()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 42\r\n\r\n");
        using var response = await scene.Http2().GetAsync(new Uri("/clusters/c1/api/v1/pods", UriKind.Relative));

        (await response.Content.ReadAsStringAsync()).ShouldBe("{}");
        response.TrailingHeaders.NonValidated["X-Sum"].ToString().ShouldBe("42");
    }

    [Fact]
    public async Task A_compressed_body_is_not_touched()
    {
        byte[] compressed = [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 0xFF, 0xFE];
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\nContent-Length: 10\r\n\r\n");
            await r.WriteAsync(compressed);
        };
        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods", "Accept-Encoding: gzip, x"));

        head.Value("Content-Encoding").ShouldBe("gzip");
        head.Value("Vary").ShouldBe("Accept-Encoding");
        Encoding.Latin1.GetBytes(body).ShouldBe(compressed);
        (await scene.Upstream.NextAsync()).Values("Accept-Encoding").ShouldBe(["gzip, x"]);
    }

    [Fact]
    public async Task Header_lines_of_the_answer_stay_as_they_were()
    {
        scene.Answer = r => r.WriteAsync(
            "HTTP/1.1 200 OK\r\nWarning: 299 - \"one, two\"\r\nWarning: 299 - \"three\"\r\nAudit-Id: 0123\r\nRetry-After: 1\r\nSet-Cookie: a=b\r\nAlt-Svc: h3=\":1\"\r\n"
            + "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nX-Name: caf\u00E9\r\nContent-Length: 0\r\n\r\n");
        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods"));

        head.Lines.Where(l => l.StartsWith("Warning", StringComparison.Ordinal)).ShouldBe(["Warning: 299 - \"one, two\"", "Warning: 299 - \"three\""]);
        head.Value("Audit-Id").ShouldBe("0123");
        head.Value("Retry-After").ShouldBe("1");
        head.Value("X-Name").ShouldBe("caf\u00E9");
        head.Value("Set-Cookie").ShouldBeNull();
        head.Value("Alt-Svc").ShouldBeNull();
        head.Value("Keep-Alive").ShouldBeNull();
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_not_turned_into_a_whole_one()
    {
        await using var upstream = scene.AnotherUpstream(RawUpstream.Ok);
        scene.Gate.Apply(scene.State.Cluster("c2", scene.CredentialOf(upstream)));
        await using (var client = await scene.ConnectAsync())
        {
            await client.SendAsync("POST /clusters/c2/api/v1/namespaces HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        }

        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_cluster"] == "c2");
        ((string?)record["reason"]).ShouldBeOneOf("the client closed the request", "the request's body broke off");
        upstream.Count.ShouldBe(0, "the upstream never read a whole body");
    }

    [Fact]
    public async Task A_redirect_is_passed_on_only_for_proxied_services_and_keeps_the_prefix()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 301 Moved Permanently\r\nLocation: /api/v1/nodes/n/proxy/?a=b\r\nContent-Length: 0\r\n\r\n");
        var (proxied, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/nodes/n/proxy?a=b"));
        proxied.Status.ShouldBe(301);
        proxied.Value("Location").ShouldBe("/clusters/c1/api/v1/nodes/n/proxy/?a=b");

        var (own, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/apis/metrics.k8s.io/v1beta1/nodes"));
        own.Status.ShouldBe(502);
        own.Value("Location").ShouldBeNull();
        body.ShouldContain("\"message\":\"the cluster answered with a redirect, which is not followed\"");
    }

    private static string Post(string headers, string body) =>
        $"POST /clusters/c1/api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: gate.example.com\r\n{headers}\r\n\r\n{body}";
}
