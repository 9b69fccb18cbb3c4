using System.IO.Compression;
using System.Net;
using System.Text;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>What becomes of answers that a well-behaved cluster would not give, or that are no collections, where a collection is filtered.</summary>
public sealed class FilteredAnswersTests
{
    private static readonly string Manifests = OneRole.Manifests("shop", "{kind: pods, api_group: '', namespace: dev, name: shown, verbs: [list, watch]}");

    private const string List = """
        {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"hidden","namespace":"dev"}},{"metadata":{"name":"shown","namespace":"dev"}}]}
        """;

    [Theory]
    [InlineData("304 Not Modified")]
    [InlineData("400 Bad Request")]
    [InlineData("403 Forbidden")]
    [InlineData("406 Not Acceptable")]
    [InlineData("410 Gone")]
    [InlineData("429 Too Many Requests")]
    [InlineData("503 Service Unavailable")]
    public async Task An_error_passes_as_it_is(string status)
    {
        var body = status.StartsWith("304", StringComparison.Ordinal) ? [] : Encoding.UTF8.GetBytes($$"""{"kind":"Status","message":"{{status}}","code":{{status[..3]}}}""");
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => body.Length == 0
            ? r.WriteAsync($"HTTP/1.1 {status}\r\nETag: \"x\"\r\n\r\n")
            : ScriptedScene.ReplyAsync(r, status, "application/json", body, "Retry-After: 1\r\n"));
        using var response = await scene.Client().GetAsync("api/v1/namespaces/dev/pods");

        ((int)response.StatusCode).ShouldBe(int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture));
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(body);
    }

    [Theory]
    [InlineData("text/plain", "1.1")]
    [InlineData("text/plain", "2.0")]
    [InlineData("application/yaml", "1.1")]
    [InlineData("application/cbor", "1.1")]
    [InlineData("application/json;charset=utf-16", "1.1")]
    [InlineData("application/json\r\nContent-Encoding: br", "1.1")]
    [InlineData("application/json\r\nContent-Encoding: gzip, gzip", "1.1")]
    [InlineData("", "1.1")]
    public async Task Of_an_answer_that_cannot_be_filtered_nothing_arrives(string type, string version)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => ScriptedScene.ReplyAsync(r, "200 OK", type, Encoding.UTF8.GetBytes(List), "X-Name: hidden\r\n"));
        using var response = await scene.Client(new(version)).GetAsync("api/v1/namespaces/dev/pods");

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (response.Headers + await response.Content.ReadAsStringAsync()).ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task An_answer_that_is_compressed_without_being_asked_is_filtered_all_the_same(string version)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(List));
        }

        await using var scene = await ScriptedScene.StartAsync(
            Manifests, r => ScriptedScene.ReplyAsync(r, "200 OK", "application/json", packed.ToArray(), "Content-Encoding: gzip\r\nETag: \"all\"\r\n"));
        using var response = await scene.Client(new(version)).SendAsync("GET", "api/v1/namespaces/dev/pods", null, "Accept-Encoding: gzip", "If-None-Match: \"mine\"");

        var body = await response.Content.ReadAsStringAsync();
        body.ShouldContain("shown");
        body.ShouldNotContain("hidden");
        response.Headers.ETag.ShouldBeNull();
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        scene.Requests.Single().Values("Accept-Encoding").ShouldBeEmpty();
        scene.Requests.Single().Values("If-None-Match").ShouldBeEmpty();
    }

    public static TheoryData<string, string, bool> Broken()
    {
        var all = new TheoryData<string, string, bool>();
        foreach (var version in (string[])["1.1", "2.0"])
        {
            foreach (var isChunked in (bool[])[true, false])
            {
                all.Add(version, List[..(List.Length / 2)], isChunked);
                all.Add(version, List[..^4], isChunked);
                all.Add(version, List.Replace("]", "", StringComparison.Ordinal), isChunked);
                all.Add(version, "[" + List, isChunked);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task An_answer_that_is_cut_off_or_no_list_never_looks_like_a_whole_one(string version, string body, bool isChunked)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, async r =>
        {
            // Whole as HTTP knows it; only its content tells.
            await r.WriteAsync(isChunked
                ? $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
                : $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        });

        await ShouldBreakAsync(scene.Client(new(version)), "api/v1/namespaces/dev/pods");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_connection_that_ends_in_the_middle_of_an_answer_breaks_it(string version)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, async r =>
        {
            await r.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {List.Length}\r\n\r\n{List[..^10]}");
            throw new IOException("cut");
        });

        await ShouldBreakAsync(scene.Client(new(version)), "api/v1/namespaces/dev/pods");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_watch_event_about_nobody_knows_which_object_is_left_out(string version)
    {
        const string events = """
            {"type":"ADDED","object":{"kind":"Pod","metadata":{"namespace":"dev"},"secret":"hidden"}}
            {"type":"ADDED","object":{"kind":"Pod","metadata":{"namespace":"dev","name":"shown"}}}

            """;
        await using var scene = await ScriptedScene.StartAsync(
            Manifests, r => r.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{events.Length:x}\r\n{events}\r\n"));
        using var watch = await scene.Client(new(version)).WatchAsync("api/v1/namespaces/dev/pods?watch=1");

        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldBe("dev/shown");
    }

    [Fact]
    public async Task A_list_that_comes_instead_of_a_watch_is_not_let_through()
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => ScriptedScene.ReplyAsync(r, "200 OK", "application/json", Encoding.UTF8.GetBytes(List)));

        await ShouldBreakAsync(scene.Client(), "api/v1/namespaces/dev/pods?watch=1");
    }

    /// <summary>Either an error instead of an answer, or an answer whose end never comes; in both cases without what is hidden.</summary>
    private static async Task ShouldBreakAsync(HttpClient client, string path)
    {
        var arrived = new MemoryStream();
        var isWhole = false;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            using var response = await client.SendAsync("GET", path, null, "Accept: application/json");
            await response.Content.CopyToAsync(arrived, limit.Token);
            isWhole = response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // That is what is to happen.
        }

        isWhole.ShouldBeFalse(Encoding.UTF8.GetString(arrived.ToArray()));
        Encoding.UTF8.GetString(arrived.ToArray()).ShouldNotContain("hidden");
    }
}
