using System.Net;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tls;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>What the requests of one connection share.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task The_first_requests_of_a_connection_may_come_all_at_once()
    {
        for (var connection = 0; connection < 40; connection++)
        {
            var client = scene.Http2();
            var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.GetAsync("/nothing-here")));
            answers.Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.NotFound]);
        }
    }

    [Fact]
    public async Task Idle_connections_give_their_record_buffers_back()
    {
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));
        (ReleasedTlsBuffers.Mode & ReleasedTlsBuffers.ReleaseBuffers).ShouldBe(ReleasedTlsBuffers.ReleaseBuffers);
    }
}
