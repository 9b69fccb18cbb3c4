using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Clusters whose packets are dropped from some moment on: the kernel notices, the person gets an answer, and the next request a new connection.</summary>
public sealed class FallenSilentTests : IAsyncLifetime
{
    private const string Pods = "/clusters/c1/api/v1/namespaces/default/pods";

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>What is tested would take a minute and a half, or a quarter of an hour, without the options.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly byte[] SpdyPing = [0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1];
    private static readonly byte[] WebSocketPing = [0x89, 0x80, 0, 0, 0, 0];

    private readonly Scene scene = new() { UpstreamOptions = Loopback.Upstream with { DeadPeers = new(Silence) } };

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task A_request_on_a_connection_that_fell_silent_while_it_was_idle_is_answered_and_the_next_gets_another(string method)
    {
        (await AskAsync("GET")).Code.ShouldBe(200);
        (await scene.Upstream.NextAsync()).FallSilent();

        var clock = PromisedTime.Start();
        var (code, message) = await AskAsync(method);

        clock.ShouldBeKept(Longest);
        code.ShouldBe(504);
        message.ShouldBe("kubernetes cluster \"c1\" fell silent: it did not acknowledge in time what was sent");
        scene.Upstream.Count.ShouldBe(1);
        (await AskAsync(method)).Code.ShouldBe(200);
        (await scene.Upstream.NextAsync()).Connection.ShouldBe(2);
    }

    [Fact]
    public async Task A_request_that_was_read_before_its_cluster_fell_silent_is_answered()
    {
        scene.Answer = r =>
        {
            r.FallSilent();
            return r.ParkAsync();
        };

        var clock = PromisedTime.Start();
        (await AskAsync("POST")).Code.ShouldBe(504);

        clock.ShouldBeKept(Longest);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("logs")]
    [InlineData("exec")]
    [InlineData("spdy exec")]
    [InlineData("port-forward")]
    [InlineData("spdy port-forward")]
    public async Task An_idle_stream_whose_cluster_fell_silent_ends(string kind)
    {
        scene.Answer = Streams.AnswerAsync;
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Named(kind));
        var head = await client.ReadHeadAsync();
        (await scene.Upstream.NextAsync()).FallSilent();

        var clock = PromisedTime.Start();
        await Streams.ReadToAnyEndAsync(client, head);

        clock.ShouldBeKept(Longest);
    }

    /// <summary>With something unacknowledged the kernel sends no keep-alives; kubectl pings every few seconds.</summary>
    [Theory]
    [InlineData("exec")]
    [InlineData("spdy exec")]
    [InlineData("port-forward")]
    [InlineData("spdy port-forward")]
    public async Task A_stream_whose_client_pings_a_silent_cluster_ends(string kind)
    {
        scene.Answer = Streams.AnswerAsync;
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Named(kind));
        var head = await client.ReadHeadAsync();
        var upstream = await scene.Upstream.NextAsync();

        // Measuring the machine takes a while, in which keep-alive would end the connection.
        var clock = PromisedTime.Start();
        upstream.FallSilent();
        await client.Stream.WriteAsync(kind.StartsWith("spdy", StringComparison.Ordinal) ? SpdyPing : WebSocketPing);
        await Streams.ReadToAnyEndAsync(client, head);

        clock.ShouldBeKept(Longest);
    }

    [Fact]
    public async Task A_cluster_that_takes_its_time_is_not_taken_for_a_silent_one()
    {
        scene.Answer = async r =>
        {
            await Task.Delay(2 * Silence, r.Stopping);
            await RawUpstream.Ok(r);
        };

        (await AskAsync("GET")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_program_that_does_not_read_for_long_is_not_taken_for_a_silent_cluster()
    {
        const int Bytes = 32 * 1024 * 1024;
        var received = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
            await Task.Delay(3 * Silence, r.Stopping);
            var (buffer, sum) = (new byte[64 * 1024], 0L);
            while (sum < Bytes && await r.Stream.ReadAsync(buffer, r.Stopping) is > 0 and var read)
            {
                sum += read;
            }

            received.SetResult(sum);
            await r.ParkAsync();
        };
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.SpdyExec());
        await client.ReadHeadAsync();

        var sending = client.Stream.WriteAsync(new byte[Bytes]).AsTask();

        (await received.Task.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBe(Bytes);
        await sending;
    }

    private async Task<(int Code, string? Message)> AskAsync(string method)
    {
        var (head, body) = await scene.ExchangeAsync($"{method} {Pods} HTTP/1.1\r\nHost: g\r\nContent-Length: 0\r\n\r\n");
        return (head.Status, (string?)JsonNode.Parse(body)!["message"]);
    }
}
