using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Proxy;
using Tidegate.Tls;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>What the requests of one connection share.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Streams_that_begin_together_share_one_identity()
    {
        for (var connection = 0; connection < 200; connection++)
        {
            var items = new Items();
            using var start = new Barrier(4);
            var streams = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    var context = new DefaultHttpContext();
                    context.Features.Set<IConnectionItemsFeature>(items);
                    context.Features.Set(new ClientCertificate(scene.Gate.Clients.Certificate, default, "", [], scene.Gate.Tls.Current.Clients));
                    start.SignalAndWait();
                    return ConnectionIdentity.Of(context).Identity;
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            var identities = await Task.WhenAll(streams);
            identities[0].ShouldNotBeNull();
            identities.ShouldAllBe(i => ReferenceEquals(i, identities[0]));
        }
    }

    [Fact]
    public async Task The_first_requests_of_a_connection_may_come_all_at_once()
    {
        var client = scene.Http2();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.GetAsync("/nothing-here")));
        answers.Select(a => a.StatusCode).Distinct().ShouldBe([HttpStatusCode.NotFound]);
    }

    [Fact]
    public async Task Idle_connections_give_their_record_buffers_back()
    {
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"));
        (ReleasedTlsBuffers.Mode & ReleasedTlsBuffers.ReleaseBuffers).ShouldBe(ReleasedTlsBuffers.ReleaseBuffers);
    }

    private sealed class Items : IConnectionItemsFeature
    {
        IDictionary<object, object?> IConnectionItemsFeature.Items { get; set; } = new Dictionary<object, object?>();
    }
}
