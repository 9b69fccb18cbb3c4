using System.Buffers.Binary;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Proxy;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>What is no longer allowed ends within a second, at a clean place and with a clean close, and nothing else does.</summary>
[Collection(Undisturbed.Name)]
public sealed class RevocationTests : IAsyncLifetime
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RestOfFrame = TimeSpan.FromMilliseconds(200);

    // Stands still unless the test moves it, so that nothing is cut because the machine is slow; what a person waits for is measured by the clock of the machine.
    private readonly WatchedTime time = new();
    private Scene scene = null!;

    public static TheoryData<string, string> Changes => new()
    {
        { "user removed", "user \"alice\" is not known here: there is no user manifest of that name, and no mtls connector matches the certificate" },
        { "role removed", "user \"alice\" has no roles" },
        { "person locked", "lock alices: lock targeting User:\"alice\" is in force: stolen laptop" },
        { "role locked", "lock devs: lock targeting Role:\"dev\" is in force: incident" },
        { "cluster locked", "lock c1: lock targeting KubeCluster:\"c1\" is in force: maintenance" },
        { "cluster unregistered", "kubernetes cluster \"c1\" is no longer registered" },
        { "labels changed away", "the labels of none of the roles match the cluster: dev" },
        { "group taken away", "the roles no longer grant what the request began with" },
    };

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync, time);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_watch_ends_with_its_last_chunk_and_the_record_says_why(string change, string reason)
    {
        await using var client = await scene.ConnectAsync();
        scene.Gate.Apply(scene.State.Role("dev", ["devs", "ops,eu"], label: ("env", "dev")));
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await seen.WriteChunkAsync("{}\n");
        (await client.ReadChunkAsync()).ShouldBe("{}\n");

        var clock = PromisedTime.Start();
        Apply(change);
        (await client.ReadChunkAsync()).ShouldBeEmpty("the body must end with a last chunk");
        clock.ShouldBeKept(Promise);

        (await seen.Stream.ReadAsync(new byte[1], seen.Stopping)).ShouldBe(0, "the cluster's side must end, too");
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)record["reason"]).ShouldBe(reason);
        ((int?)record["response_code"]).ShouldBe(200);
    }

    [Fact]
    public async Task A_watch_over_http2_ends_without_an_error_and_its_neighbours_do_not_notice()
    {
        await using var other = scene.AnotherUpstream(Streams.AnswerAsync);
        scene.Gate.Apply(scene.State.Cluster("c2", scene.CredentialOf(other)));
        var http = scene.Http2();
        using var ended = await WatchAsync(http, "c1");
        using var kept = await WatchAsync(http, "c2");
        var seen = await other.NextAsync();

        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.WithoutCluster("c1"));
        (await ended.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        clock.ShouldBeKept(Promise);

        await seen.WriteChunkAsync("{}\n");
        await using var body = await kept.Content.ReadAsStreamAsync();
        var buffer = new byte[3];
        await body.ReadExactlyAsync(buffer);
        buffer.ShouldBe("{}\n"u8.ToArray());
    }

    [Fact]
    public async Task Another_person_s_watch_goes_on()
    {
        await using var alice = await scene.ConnectAsync();
        await using var bob = await scene.ConnectAsync("bob");
        await alice.SendAsync(Streams.Watch());
        await alice.ReadHeadAsync();
        await scene.Upstream.NextAsync();
        await bob.SendAsync(Streams.Watch());
        await bob.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();

        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        (await alice.ReadChunkAsync()).ShouldBeEmpty();

        await seen.WriteChunkAsync("{}\n");
        (await bob.ReadChunkAsync()).ShouldBe("{}\n");
    }

    [Fact]
    public async Task A_change_that_keeps_the_access_keeps_the_watch()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();

        scene.Gate.Apply(scene.State
            .Cluster("c1", scene.CredentialOf(scene.Upstream), ("env", "prod"), ("team", "a"))
            .Role("dev", ["devs", "more", "ops,eu"])
            .Lock("bobs", new("bob", null, null)));

        await seen.WriteChunkAsync("{}\n");
        (await client.ReadChunkAsync()).ShouldBe("{}\n");
    }

    [Fact]
    public async Task A_websocket_sees_a_close_frame_with_the_reason_and_then_the_end()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.WebSocketExec());
        await client.ReadHeadAsync();

        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.Lock("alices", new("alice", null, null), "stolen laptop"));
        var rest = await client.ReadToEndAsync();
        clock.ShouldBeKept(Promise);

        ShouldBeClose(rest, "lock alices: lock targeting User:\"alice\" is in force: stolen laptop");
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["event"] == "session.end");
        ((string?)record["reason"]).ShouldBe("lock alices: lock targeting User:\"alice\" is in force: stolen laptop");
    }

    [Fact]
    public async Task A_websocket_is_not_cut_within_a_frame()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.WebSocketExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await seen.WriteAsync("\u0082\u0005hel");
        (await client.ReadTextAsync(5)).ShouldBe("\u0082\u0005hel");

        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        await seen.WriteAsync("lo\u0082\u0003not");

        var rest = await client.ReadToEndAsync();
        Encoding.Latin1.GetString(rest[..2]).ShouldBe("lo");
        ShouldBeClose(rest[2..], "user \"alice\" is not known here: there is no user manifest of that name, and no mtls connector matches the certificate");
    }

    [Fact]
    public async Task A_cluster_that_stops_within_a_frame_does_not_keep_the_stream_open()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.WebSocketExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await seen.WriteAsync("\u0082\u0005hel");
        await client.ReadTextAsync(5);

        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        time.Advance(RestOfFrame);

        (await client.ReadToEndAsync()).ShouldBeEmpty();
        clock.ShouldBeKept(Promise);
    }

    [Fact]
    public async Task A_watch_does_not_end_with_the_beginning_of_an_event()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await seen.WriteChunkAsync("{}\n{\"type\":");
        (await client.ReadChunkAsync()).ShouldBe("{}\n");

        scene.Gate.Apply(scene.State.WithoutCluster("c1"));

        (await client.ReadChunkAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_watch_is_not_cut_within_an_event_that_was_too_large_to_keep()
    {
        var half = "{\"type\":\"" + new string('x', 2 * WholeEventStream.MostKept);
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Watch());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        var sending = seen.WriteChunkAsync(half);
        var received = 0;
        while (received < half.Length)
        {
            received += (await client.ReadChunkAsync()).Length;
        }

        await sending;
        scene.Gate.Apply(scene.State.WithoutCluster("c1"));
        await seen.WriteChunkAsync("\"}\n{\"type\":");

        (await client.ReadChunkAsync()).ShouldBe("\"}\n");
        (await client.ReadChunkAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Spdy_sees_a_goaway_at_the_end_of_a_frame_and_then_the_end()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await seen.WriteAsync([0, 0, 0, 1, 0, 0, 0, 4, (byte)'a', (byte)'b']);
        await client.ReadTextAsync(10);

        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        await seen.WriteAsync("cd");
        var rest = await client.ReadToEndAsync();
        clock.ShouldBeKept(Promise);

        rest.ShouldBe([(byte)'c', (byte)'d', 0x80, 3, 0, 7, 0, 0, 0, 8, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
    }

    [Fact]
    public async Task A_request_that_got_no_answer_yet_is_told_so()
    {
        scene.Answer = r => r.ParkAsync();
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await scene.Upstream.NextAsync();

        scene.Gate.Apply(scene.State.WithoutCluster("c1"));

        var (head, body) = await client.ReadResponseAsync();
        head.Status.ShouldBe(403);
        body.ShouldContain("kubernetes cluster \\\"c1\\\" is no longer registered");
    }

    private static Task<HttpResponseMessage> WatchAsync(HttpClient http, string cluster) =>
        http.GetAsync(new Uri($"/clusters/{cluster}/api/v1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    private static void ShouldBeClose(byte[] frame, string reason)
    {
        var text = reason.Length > 123 ? reason[..123] : reason;
        frame.Length.ShouldBe(4 + text.Length);
        frame[0].ShouldBe((byte)0x88);
        frame[1].ShouldBe((byte)(2 + text.Length));
        BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(2)).ShouldBe((ushort)1008);
        Encoding.ASCII.GetString(frame, 4, frame.Length - 4).ShouldBe(text);
    }

    private void Apply(string change) => scene.Gate.Apply(change switch
    {
        "user removed" => scene.State.WithoutUser("alice"),
        "role removed" => scene.State.User("alice"),
        "person locked" => scene.State.Lock("alices", new("alice", null, null), "stolen laptop"),
        "role locked" => scene.State.Lock("devs", new(null, "dev", null), "incident"),
        "cluster locked" => scene.State.Lock("c1", new(null, null, "c1"), "maintenance"),
        "cluster unregistered" => scene.State.WithoutCluster("c1"),
        "labels changed away" => scene.State.Cluster("c1", scene.CredentialOf(scene.Upstream), ("env", "prod")),
        "group taken away" => scene.State.Role("dev", ["devs"], label: ("env", "dev")),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    });
}
