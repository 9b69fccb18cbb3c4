using System.Text;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Simulation.Spdy;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>A SPDY session that the gate ends says why on its error streams, as the cluster would, and ends every stream that is open.</summary>
[Collection(Undisturbed.Name)]
public sealed class SpdyFarewellTests : IAsyncLifetime
{
    private const string Reason = "lock alices: lock targeting User:\"alice\" is in force: stolen laptop";

    // Within the second that revocations are promised for, after which the connection is cut.
    private static readonly TimeSpan Goodbye = TimeSpan.FromMilliseconds(700);

    private readonly HeaderCompression compression = new();
    private readonly WatchedTime time = new();
    private Scene scene = null!;
    private int sent;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync, time);

    public async Task DisposeAsync()
    {
        compression.Dispose();
        await scene.DisposeAsync();
    }

    [Theory]
    [InlineData("v4.channel.k8s.io", true)]
    [InlineData("v3.channel.k8s.io", false)]
    [InlineData("v2.channel.k8s.io", false)]
    [InlineData("channel.k8s.io", false)]
    public async Task A_command_s_error_stream_gets_what_its_protocol_has_for_a_failure(string protocol, bool isStatus)
    {
        await using var client = await OpenAsync(Streams.SpdyExec().Replace("v4.channel.k8s.io", protocol, StringComparison.Ordinal));
        await SendAsync(client, Opening(1, "stdout") + Opening(3, "error") + Opening(5, "stdin"));

        await ArrivedAsync();

        var frames = await RevokeAsync(client);

        frames.Select(f => (f.Type, f.StreamId)).ShouldBe(
            [(SpdyFrameType.Data, 3), (SpdyFrameType.Data, 1), (SpdyFrameType.Data, 5), (SpdyFrameType.GoAway, 0)]);
        frames.SkipLast(1).ShouldAllBe(f => f.IsFin);
        var text = Encoding.UTF8.GetString(frames[0].Payload);
        (isStatus ? (string?)JsonNode.Parse(text)!["message"] : text).ShouldBe(Reason);
        if (isStatus)
        {
            ((string?)JsonNode.Parse(text)!["status"]).ShouldBe("Failure");
        }
    }

    [Fact]
    public async Task Each_forwarded_connection_that_is_open_gets_it_and_those_that_are_over_do_not()
    {
        await using var client = await OpenAsync(Streams.SpdyPortForward());
        foreach (var (id, type) in new[] { (1, "error"), (3, "error"), (5, "data"), (7, "data"), (9, "error"), (11, "data") })
        {
            await SendAsync(client, Opening(id, type));
        }

        // The client ends its side of an error stream at once; the cluster has ended one of them, and one was reset.
        await SendAsync(client, Latin(new SpdyFrame(SpdyFrameType.Data, 1, SpdyFrame.Fin, [])));
        await SendAsync(client, Latin(new SpdyFrame(SpdyFrameType.RstStream, 0, 0, [0, 0, 0, 9, 0, 0, 0, 5])));
        var seen = await ArrivedAsync();
        var ended = Latin(new SpdyFrame(SpdyFrameType.Data, 3, SpdyFrame.Fin, []));
        await seen.WriteAsync(ended);
        await client.ReadTextAsync(ended.Length);

        var frames = await RevokeAsync(client);

        frames.Select(f => f.StreamId).ShouldBe([1, 5, 7, 11, 0]);
        Encoding.UTF8.GetString(frames[0].Payload).ShouldBe(Reason);
        frames.Skip(1).SkipLast(1).ShouldAllBe(f => f.Payload.Length == 0 && f.IsFin);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_port_forward_in_a_websocket_gets_it_in_a_message_before_the_close(int messageSize)
    {
        await using var client = await OpenAsync(Streams.WebSocketPortForward());
        var bytes = Encoding.Latin1.GetBytes(Opening(1, "error") + Opening(3, "data"));
        foreach (var piece in bytes.Chunk(messageSize))
        {
            await SendAsync(client, Masked(piece));
        }

        await ArrivedAsync();
        var rest = await RevokedAsync(client);

        rest[0].ShouldBe((byte)0x82);
        var length = rest[1];
        length.ShouldBeLessThan((byte)126);
        var frames = await FramesAsync(rest[2..(2 + length)]);
        frames.Select(f => (f.StreamId, f.IsFin)).ShouldBe([(1, true), (3, true)]);
        Encoding.UTF8.GetString(frames[0].Payload).ShouldBe(Reason);
        rest[2 + length].ShouldBe((byte)0x88);
    }

    [Fact]
    public async Task Nothing_is_said_within_a_frame_of_the_cluster_s()
    {
        await using var client = await OpenAsync(Streams.SpdyExec());
        await SendAsync(client, Opening(1, "error"));
        var seen = await ArrivedAsync();
        await seen.WriteAsync([0, 0, 0, 3, 0, 0, 0, 4, (byte)'a', (byte)'b']);
        await client.ReadTextAsync(10);

        scene.Gate.Apply(scene.State.Lock("alices", new("alice", null, null), "stolen laptop"));
        await seen.WriteAsync("cdnot this");
        var rest = await EndAsync(client);

        Encoding.Latin1.GetString(rest[..2]).ShouldBe("cd");
        (await FramesAsync(rest[2..])).Select(f => f.Type).ShouldBe([SpdyFrameType.Data, SpdyFrameType.GoAway]);
    }

    [Fact]
    public async Task A_session_whose_headers_cannot_be_read_ends_with_a_goaway_alone()
    {
        await using var client = await OpenAsync(Streams.SpdyExec());
        await SendAsync(client, Opening(1, "error"));
        await SendAsync(client, Latin(new SpdyFrame(SpdyFrameType.SynStream, 0, 0, [0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 255, 255, 255])));
        await ArrivedAsync();

        (await RevokeAsync(client)).Select(f => f.Type).ShouldBe([SpdyFrameType.GoAway]);
    }

    [Fact]
    public async Task A_cluster_that_is_unregistered_and_a_daemon_that_stops_say_so_too()
    {
        await using var first = await OpenAsync(Streams.SpdyExec());
        await SendAsync(first, Opening(1, "error"));
        await ArrivedAsync();
        scene.Gate.Apply(scene.State.WithoutCluster("c1"));
        var frames = await FramesAsync(await EndAsync(first));
        ((string?)JsonNode.Parse(frames[0].Payload)!["message"]).ShouldBe("kubernetes cluster \"c1\" is no longer registered");

        scene.Gate.Apply(scene.State.Cluster("c1", scene.CredentialOf(scene.Upstream)));
        using var again = new HeaderCompression();
        await using var second = await OpenAsync(Streams.SpdyExec());
        sent = 0;
        await SendAsync(second, Opening(1, "error", again));
        await ArrivedAsync();
        var stopping = scene.Gate.StopAsync(TimeSpan.Zero);
        frames = await FramesAsync(await EndAsync(second));
        await stopping;
        ((string?)JsonNode.Parse(frames[0].Payload)!["message"])!.ShouldNotBeEmpty();
    }

    private async Task<RawClient> OpenAsync(string request)
    {
        var client = await scene.ConnectAsync();
        await client.SendAsync(request);
        (await client.ReadHeadAsync()).Status.ShouldBe(101);
        return client;
    }

    private string Opening(int id, string type, HeaderCompression? by = null)
    {
        byte[] block = (by ?? compression).Encode([new("streamtype", type), new("port", "80"), new("requestid", "0")]);
        return Latin(new SpdyFrame(SpdyFrameType.SynStream, 0, 0, [0, 0, 0, (byte)id, 0, 0, 0, 0, 0, 0, .. block]));
    }

    private Task SendAsync(RawClient client, string text)
    {
        sent += text.Length;
        return client.SendAsync(text);
    }

    /// <summary>Waits until the cluster has all that the client sent, so that it has been through the gate.</summary>
    private async Task<RawRequest> ArrivedAsync()
    {
        var seen = await scene.Upstream.NextAsync();
        await seen.ReadTextAsync(sent);
        return seen;
    }

    private async Task<List<SpdyFrame>> RevokeAsync(RawClient client) => await FramesAsync(await RevokedAsync(client));

    private async Task<byte[]> RevokedAsync(RawClient client)
    {
        scene.Gate.Apply(scene.State.Lock("alices", new("alice", null, null), "stolen laptop"));
        return await EndAsync(client);
    }

    /// <summary>What comes until the end, for which the gate waits a moment when it has said something that the client may not have read yet.</summary>
    private async Task<byte[]> EndAsync(RawClient client)
    {
        using var waiting = new CancellationTokenSource();
        var end = client.ReadToEndAsync();
        await Task.WhenAny(end, time.TimerAsync(Goodbye, waiting.Token));
        await waiting.CancelAsync();
        time.Advance(Goodbye);
        return await end;
    }

    private static async Task<List<SpdyFrame>> FramesAsync(byte[] bytes)
    {
        var frames = new List<SpdyFrame>();
        using var stream = new MemoryStream(bytes);
        while (await SpdyFrame.ReadAsync(stream, CancellationToken.None) is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static string Latin(SpdyFrame frame) => Encoding.Latin1.GetString(frame.ToBytes());

    private static string Masked(byte[] piece)
    {
        byte[] mask = [0x5A, 1, 0xFF, 0x80];
        byte[] head = piece.Length < 126 ? [0x82, (byte)(0x80 | piece.Length)] : [0x82, 0xFE, (byte)(piece.Length >> 8), (byte)piece.Length];
        return Encoding.Latin1.GetString([.. head, .. mask, .. piece.Select((b, i) => (byte)(b ^ mask[i % 4]))]);
    }
}
