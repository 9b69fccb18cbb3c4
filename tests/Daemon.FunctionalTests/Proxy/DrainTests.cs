using System.Diagnostics;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>The gate stops: what was accepted is served, every answer asks for another connection, and no stream ends before the grace does.</summary>
[Collection(Undisturbed.Name)]
public sealed class DrainTests : IAsyncLifetime
{
    // What has to happen within it takes a busy machine as many times longer.
    private readonly TimeSpan grace = TimeSpan.FromSeconds(1) * MachineLoad.Slowness();

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Streams_go_on_for_the_grace_and_then_end_cleanly()
    {
        await using var watch = await scene.ConnectAsync();
        await watch.SendAsync(Streams.Watch());
        await watch.ReadHeadAsync();
        var seen = await scene.Upstream.NextAsync();
        await using var exec = await scene.ConnectAsync();
        await exec.SendAsync(Streams.WebSocketExec());
        await exec.ReadHeadAsync();

        var clock = Stopwatch.StartNew();
        var stopping = scene.Gate.StopAsync(grace);
        await seen.WriteChunkAsync("{}\n");
        (await watch.ReadChunkAsync()).ShouldBe("{}\n", "the watch goes on");
        (await watch.ReadChunkAsync()).ShouldBeEmpty("the body must end with a last chunk");
        clock.Elapsed.ShouldBeGreaterThan(grace - TimeSpan.FromMilliseconds(50));
        Encoding.ASCII.GetString((await exec.ReadToEndAsync())[4..]).ShouldBe("the gate is shutting down");
        await stopping;
    }

    [Fact]
    public async Task A_kept_connection_is_served_once_more_and_told_to_close()
    {
        await using var watch = await scene.ConnectAsync();
        await watch.SendAsync(Streams.Watch());
        await watch.ReadHeadAsync();
        await using var kept = await scene.ConnectAsync();
        await kept.SendAsync(Scene.Get("/v1/kube_clusters"));
        (await kept.ReadResponseAsync()).Head.Value("Connection").ShouldBeNull();

        var stopping = scene.Gate.StopAsync(grace);
        await kept.SendAsync(Scene.Get("/v1/kube_clusters"));
        var (head, _) = await kept.ReadResponseAsync();
        (head.Status, head.Value("Connection")).ShouldBe((200, "close"));
        (await kept.ReadToEndAsync()).ShouldBeEmpty();
        await stopping;
    }

    [Fact]
    public async Task A_request_under_way_is_answered_after_the_listener_is_closed()
    {
        var going = new TaskCompletionSource();
        scene.Answer = async request =>
        {
            await going.Task;
            await RawUpstream.Ok(request);
        };
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await scene.Upstream.NextAsync();

        var stopping = scene.Gate.StopAsync(grace);
        await Should.ThrowAsync<System.Net.Sockets.SocketException>(async () =>
        {
            while (true)
            {
                await using var late = await scene.ConnectAsync();
            }
        });
        going.SetResult();
        var (head, body) = await client.ReadResponseAsync();
        (head.Status, head.Value("Connection"), body).ShouldBe((200, "close", "{}"));
        await stopping;
    }

    [Fact]
    public async Task Http2_is_told_to_use_another_connection_while_its_requests_finish()
    {
        var going = new TaskCompletionSource();
        scene.Answer = async request =>
        {
            await going.Task;
            await RawUpstream.Ok(request);
        };
        var http = scene.Http2();
        var asked = http.GetStringAsync(new Uri("/clusters/c1/api/v1/pods", UriKind.Relative));
        await scene.Upstream.NextAsync();
        var stopping = scene.Gate.StopAsync(grace);
        going.SetResult();
        (await asked).ShouldBe("{}");
        await stopping;
    }

    [Fact]
    public async Task Without_streams_it_takes_well_under_a_second()
    {
        await using var idle = await scene.ConnectAsync();
        await idle.SendAsync(Scene.Get("/v1/kube_clusters"));
        await idle.ReadResponseAsync();
        var clock = PromisedTime.Start();
        await scene.Gate.StopAsync(TimeSpan.FromMinutes(2));
        clock.ShouldBeKept(TimeSpan.FromSeconds(1));
        (await idle.ReadToEndAsync()).ShouldBeEmpty("an idle connection ends without a reset");
    }
}
