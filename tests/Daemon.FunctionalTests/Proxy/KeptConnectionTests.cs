using System.Net.Security;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>The gate stops while clients keep idle connections: a request that comes at that moment is answered, or was not looked at and its connection ends without a reset.</summary>
public sealed class KeptConnectionTests : IAsyncLifetime
{
    private const string Post = "POST /clusters/c1/api/v1/namespaces/default/pods HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

    private static readonly string Get = Scene.Get("/v1/kube_clusters");

    /// <summary>Longer than a connection must have been idle to be closed.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(600);

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_request_of_which_only_the_kernel_has_seen_a_byte_is_answered()
    {
        await using var late = await KeptAsync();
        await using var idle = await KeptAsync();
        await Task.Delay(Idle);

        var ends = idle.ReadToEndAsync();
        var stopping = scene.Gate.StopAsync(TimeSpan.Zero);
        await late.SendSlowlyAsync(Encoding.ASCII.GetBytes(Post), ends);

        (await ends).ShouldBeEmpty("the other one was idle");
        var (head, body) = await late.ReadResponseAsync();
        (head.Status, head.Value("Connection"), body).ShouldBe((200, "close", "{}"));
        scene.Upstream.Count.ShouldBe(1);
        await stopping;
    }

    [Fact]
    public async Task The_same_over_http2()
    {
        await using var late = await RawClient.ConnectAsync(
            scene.Gate.EndPoint,
            new SslClientAuthenticationOptions { ClientCertificates = [scene.CertificateOf("alice")], ApplicationProtocols = [SslApplicationProtocol.Http2] });
        await RawHttp2.BeginAsync(late.Stream);
        await using var idle = await KeptAsync();
        await Task.Delay(Idle);

        var ends = idle.ReadToEndAsync();
        var stopping = scene.Gate.StopAsync(TimeSpan.Zero);
        await late.SendSlowlyAsync(
            RawHttp2.Request(
                [(":method", "POST"), (":scheme", "https"), (":authority", "g"), (":path", "/clusters/c1/api/v1/namespaces/default/pods"), ("content-type", "application/json")], "{}"),
            ends);

        (await RawHttp2.ReadAsync(late.Stream)).ShouldBe("{}");
        scene.Upstream.Count.ShouldBe(1);
        await stopping;
    }

    [Fact]
    public async Task A_client_that_goes_from_one_of_its_connections_to_the_next_is_answered_on_each()
    {
        var kept = new List<RawClient>();
        for (var i = 0; i < 10; i++)
        {
            kept.Add(await KeptAsync());
        }

        await Task.Delay(Idle);
        var stopping = scene.Gate.StopAsync(TimeSpan.Zero);
        foreach (var client in kept)
        {
            await client.SendAsync(Get);
            var (head, _) = await client.ReadResponseAsync();
            (head.Status, head.Value("Connection")).ShouldBe((200, "close"));
            await client.DisposeAsync();
        }

        await stopping;
    }

    [Fact]
    public async Task No_request_is_carried_out_without_an_answer_and_no_connection_is_reset()
    {
        var kept = new List<RawClient>();
        for (var i = 0; i < 40; i++)
        {
            kept.Add(await KeptAsync());
        }

        var answered = 0;
        await Task.Delay(Idle);
        var stopping = scene.Gate.StopAsync(TimeSpan.Zero);
        await Task.WhenAll(kept.Select((client, i) => AskAfterAsync(client, TimeSpan.FromMilliseconds(80 * i))));
        await stopping;

        scene.Upstream.Count.ShouldBe(answered);

        // Until the first have come to rest, and beyond: some meet the end of their connection.
        async Task AskAfterAsync(RawClient client, TimeSpan pause)
        {
            await Task.Delay(pause);
            try
            {
                await client.SendAsync(Post);
            }
            catch (IOException)
            {
                // The end had come before.
                await client.DisposeAsync();
                return;
            }

            var all = Encoding.ASCII.GetString(await client.ReadToEndAsync());
            if (all.Length > 0)
            {
                all.ShouldStartWith("HTTP/1.1 200 ");
                all.ShouldContain("Connection: close\r\n");
                all.ShouldEndWith("\r\n\r\n{}");
                Interlocked.Increment(ref answered);
            }

            await client.DisposeAsync();
        }
    }

    /// <summary>A connection that has been used and is kept.</summary>
    private async Task<RawClient> KeptAsync()
    {
        var client = await scene.ConnectAsync();
        await client.SendAsync(Get);
        (await client.ReadResponseAsync()).Head.Value("Connection").ShouldBeNull();
        return client;
    }
}
