using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// Programs that do not read what is sent to them, for as long as they like: their windows are closed, and their hosts are alive. With a small buffer their kernel has no memory even for what
/// it said it had room for, and drops what is under way.
/// </summary>
public sealed class ClosedWindowTests : IAsyncLifetime
{
    private const int SmallBuffer = 4096;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>What is tested would take at least a quarter of an hour without the options.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>More than the window that an upstream begins with; what goes through a small buffer goes slowly.</summary>
    private static readonly byte[] Sent = [.. Enumerable.Range(0, 256 * 1024).Select(i => (byte)(i % 251))];

    private readonly Scene scene = new() { Answer = Streams.AnswerAsync, UpstreamOptions = Loopback.Upstream with { DeadPeers = new(Silence) } };
    private readonly List<Stalled> streams = [];

    public async Task InitializeAsync()
    {
        await scene.InitializeAsync();
        foreach (var kind in new[] { "exec", "spdy exec", "port-forward", "spdy port-forward" })
        {
            streams.Add(await StallAsync(kind, null));
            streams.Add(await StallAsync(kind, SmallBuffer));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var stream in streams)
        {
            await stream.Client.DisposeAsync();
        }

        await scene.DisposeAsync();
    }

    [Fact]
    public async Task A_program_that_does_not_read_for_long_gets_every_byte_when_it_does()
    {
        await Task.Delay(4 * Silence);

        await Task.WhenAll(streams.Select(ReadAllAsync));
    }

    [Fact]
    public async Task A_program_that_does_not_read_and_then_falls_silent_is_noticed()
    {
        await Task.Delay(2 * Silence);
        streams.ForEach(s => s.Upstream.FallSilent());

        var clock = PromisedTime.Start();
        await Task.WhenAll(streams.Select(s => Streams.ReadToAnyEndAsync(s.Client, s.Head)));

        clock.ShouldBeKept(Longest);
    }

    private async Task<Stalled> StallAsync(string kind, int? buffer)
    {
        var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Named(kind));
        var head = await client.ReadHeadAsync();
        head.Status.ShouldBe(101);
        var upstream = await scene.Upstream.NextAsync();
        if (buffer is { } bytes)
        {
            upstream.Socket.ReceiveBufferSize = bytes;
        }

        return new($"{kind}, buffer {buffer}", client, head, upstream, client.Stream.WriteAsync(Sent).AsTask());
    }

    private static async Task ReadAllAsync(Stalled stream)
    {
        var (kind, client, _, upstream, sending) = stream;
        var received = new byte[Sent.Length];
        await upstream.Stream.ReadExactlyAsync(received, upstream.Stopping);
        await sending;
        received.AsSpan().SequenceEqual(Sent).ShouldBeTrue(kind);

        await client.SendAsync("more");
        (await upstream.ReadTextAsync(4)).ShouldBe("more", kind);
        await upstream.WriteAsync("less");
        (await client.ReadTextAsync(4)).ShouldBe("less", kind);
    }

    private sealed record Stalled(string Kind, RawClient Client, RawResponse Head, RawRequest Upstream, Task Sending);
}
