using System.Net;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.FunctionalTests.Objects;
using Tidegate.Proxy;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>A cluster that breaks off a watch ends it after the last whole event, so that a client goes on from there; what else it breaks off stays an error.</summary>
public sealed class BrokenWatchTests : IAsyncLifetime
{
    private const string Event = """{"type":"ADDED","object":{"kind":"Pod","metadata":{"name":"web-0","namespace":"dev","annotations":{"a":"}\"{\\"}}}}""";

    private const string Manifests = """
        {kind: user, version: v2, metadata: {name: alice}, spec: {roles: [web]}}
        ---
        kind: role
        version: v8
        metadata: {name: web}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [web]
            kubernetes_resources: [{kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: ['*']}]
        """;

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync);

    public Task DisposeAsync() => scene.DisposeAsync();

    /// <summary>What the cluster sends as chunks before it is gone, and what the client gets.</summary>
    public static TheoryData<string[], string> Breaks => new()
    {
        { [], "" },
        { [Event + "\n"], Event + "\n" },
        { [Event + "\n", Event + "\n", Event[..40]], Event + "\n" + Event + "\n" },
        { [Event + "\n" + Event[..^1]], Event + "\n" },
        { [Event[..30], Event[30..] + "\n" + Event[..1]], Event + "\n" },
        { [Event], Event },
        { [Event + Event + "{"], Event + Event },
        { [Event.Replace(",", ",\n", StringComparison.Ordinal) + "\n{\n"], Event.Replace(",", ",\n", StringComparison.Ordinal) + "\n" },
        { ["{\"type\":\"BOOKMARK\",\"object\":{}}\n", "{\"type\":\"BOOKMARK\""], "{\"type\":\"BOOKMARK\",\"object\":{}}\n" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task It_ends_after_the_last_whole_event_over_http1(string[] sent, string received)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        await SendAndBreakAsync(await scene.Upstream.NextAsync(), sent);

        var body = new StringBuilder();
        while (await client.ReadChunkAsync() is { Length: > 0 } chunk)
        {
            body.Append(chunk);
        }

        body.ToString().ShouldBe(received);
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)record["reason"]).ShouldBe("kubernetes cluster \"c1\" broke off the watch");
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task It_ends_after_the_last_whole_event_over_http2(string[] sent, string received)
    {
        using var watch = await scene.Http2().GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"), HttpCompletionOption.ResponseHeadersRead);
        await SendAndBreakAsync(await scene.Upstream.NextAsync(), sent);

        (await watch.Content.ReadAsStringAsync()).ShouldBe(received);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(50)]
    public async Task Frames_of_protobuf_are_whole_too(int rest)
    {
        byte[] frame = [0, 0, 0, 100, .. Enumerable.Repeat((byte)'\n', 100)];
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.kubernetes.protobuf;stream=watch\r\nTransfer-Encoding: chunked\r\n\r\n");
            await r.WriteChunkAsync(Encoding.Latin1.GetString([.. frame, .. frame[..rest]]));
            r.Stream.Close();
        };
        using var watch = await scene.Http2().GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"), HttpCompletionOption.ResponseHeadersRead);

        (await watch.Content.ReadAsByteArrayAsync()).ShouldBe(frame);
    }

    [Fact]
    public async Task A_watch_that_is_filtered_ends_in_the_same_way()
    {
        await using var scripted = await ScriptedScene.StartAsync(Manifests, async r =>
        {
            await r.WriteAsync(Streams.WatchHead);
            await r.WriteChunkAsync(Event.Replace("web-0", "hidden", StringComparison.Ordinal) + "\n" + Event + "\n" + Event[..50]);
            r.Stream.Close();
        });
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var watch = await scripted.Client(version).GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"), HttpCompletionOption.ResponseHeadersRead);

            (await watch.Content.ReadAsStringAsync()).TrimEnd('\n').ShouldBe(Event);
        }
    }

    [Fact]
    public async Task A_body_that_ends_with_its_connection_is_cut_to_whole_events()
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + Event + "\n" + Event[..50]);
            r.Stream.Close();
        };
        using var watch = await scene.Http2().GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"), HttpCompletionOption.ResponseHeadersRead);

        (await watch.Content.ReadAsStringAsync()).ShouldBe(Event + "\n");
    }

    [Fact]
    public async Task What_a_cluster_ends_by_its_own_word_goes_on_as_it_is()
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync(Streams.WatchHead);
            await r.WriteChunkAsync(Event + "\n" + Event[..50]);
            await r.WriteAsync("0\r\n\r\n");
        };
        using var watch = await scene.Http2().GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"));

        (await watch.Content.ReadAsStringAsync()).ShouldBe(Event + "\n" + Event[..50]);
    }

    [Fact]
    public async Task Of_an_event_that_is_too_large_to_keep_the_half_is_an_error()
    {
        var large = "{\"type\":\"" + new string('x', 2 * WholeEventStream.MostKept);
        using var watch = await scene.Http2().GetAsync(Uri("/clusters/c1/api/v1/pods?watch=1"), HttpCompletionOption.ResponseHeadersRead);
        await SendAndBreakAsync(await scene.Upstream.NextAsync(), [large]);

        await Should.ThrowAsync<HttpRequestException>(() => watch.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Large_events_pass_whole_and_ordinary_ones_behind_them_at_once()
    {
        var large = "{\"type\":\"" + new string('x', 3 * WholeEventStream.MostKept) + "\"}\n";
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        var sending = seen.WriteChunkAsync(large + Event + "\n" + Event[..5]);

        var body = new StringBuilder();
        while (body.Length < large.Length + Event.Length + 1)
        {
            body.Append(await client.ReadChunkAsync());
        }

        await sending;
        body.ToString().ShouldBe(large + Event + "\n");
        await seen.WriteChunkAsync(Event[5..] + "\n");
        (await client.ReadChunkAsync()).ShouldBe(Event + "\n");
    }

    [Theory]
    [InlineData("/clusters/c1/api/v1/pods", "Transfer-Encoding: chunked\r\n\r\n5\r\n{}\n{}\r\n")]
    [InlineData("/clusters/c1/api/v1/pods?watch=1", "Content-Length: 100\r\n\r\n{}\n")]
    [InlineData("/clusters/c1/api/v1/namespaces/dev/pods/web/log?follow=true", "Transfer-Encoding: chunked\r\n\r\n5\r\none\n\r\r\n")]
    [InlineData("/clusters/c1/api/v1/pods?watch=1", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}\n{}\r\n")]
    public async Task What_has_a_length_or_is_no_watch_stays_an_error(string path, string rest)
    {
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + rest);
            r.Stream.Close();
        };
        await Should.ThrowAsync<HttpRequestException>(() => scene.Http2().GetByteArrayAsync(Uri(path)));

        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get(path));
        await Should.ThrowAsync<IOException>(() => client.ReadResponseAsync());
    }

    private static Uri Uri(string path) => new(path, UriKind.Relative);

    private static async Task SendAndBreakAsync(RawRequest seen, string[] sent)
    {
        foreach (var text in sent)
        {
            await seen.WriteChunkAsync(text);
        }

        seen.Stream.Close();
    }
}
