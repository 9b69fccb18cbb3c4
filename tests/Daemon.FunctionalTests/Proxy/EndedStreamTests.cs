using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>A stream that was ended is over, also for a client that does not take part in it.</summary>
[Collection(Undisturbed.Name)]
public sealed class EndedStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("watch")]
    [InlineData("exec")]
    [InlineData("spdy port-forward")]
    public async Task A_client_that_does_not_read_cannot_keep_it_open(string kind)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Named(kind));
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await FillAsync(seen, kind);

        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");

        clock.ShouldBeKept(Promise);
        ((string?)record["reason"]).ShouldBe("user \"alice\" is not known here: there is no user manifest of that name, and no mtls connector matches the certificate");
        scene.Gate.Server.InFlight.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_client_sends_after_the_end_reaches_nobody()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.WebSocketExec());
        await client.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await client.SendAsync("before");
        (await seen.ReadTextAsync(6)).ShouldBe("before");

        // Within a frame, so that the end is not at once.
        await seen.WriteAsync("\u0082\u0005hel");
        await client.ReadTextAsync(5);
        scene.Gate.Apply(scene.State.WithoutUser("alice"));
        await client.SendAsync("after");

        (await seen.Stream.ReadAsync(new byte[1], seen.Stopping)).ShouldBe(0);
    }

    /// <summary>Writes whole frames until no more fit between here and the client, which reads none.</summary>
    private static async Task FillAsync(RawRequest seen, string kind)
    {
        const int Length = 65_536;
        byte[] head = kind switch
        {
            "watch" => [.. "10000\r\n"u8],
            "exec" => [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0],
            _ => [0, 0, 0, 1, 0, 1, 0, 0],
        };
        byte[] frame = [.. head, .. new byte[Length], .. kind == "watch" ? "\r\n"u8.ToArray() : []];
        frame[^(kind == "watch" ? 3 : 1)] = (byte)'\n';
        while (true)
        {
            var write = seen.WriteAsync(frame);
            if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(1), seen.Stopping)) != write)
            {
                _ = write.ContinueWith(static t => t.Exception, TaskScheduler.Default);
                return;
            }
        }
    }
}
