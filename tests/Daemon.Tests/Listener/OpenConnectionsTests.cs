using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using Tidegate.Listener;

namespace Tidegate.Tests.Listener;

/// <summary>Idle connections of a gate that stops: when each of them is told to close.</summary>
public sealed class OpenConnectionsTests
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly FakeTimeProvider time = new();
    private readonly OpenConnections connections;
    private readonly List<DefaultConnectionContext> all = [];

    public OpenConnectionsTests() => connections = new(new(() => 1000, time), time);

    [Fact]
    public void None_is_closed_before_its_client_has_had_the_time_to_come_to_it()
    {
        Open(1, "10.0.0.1");
        time.Advance(TimeSpan.FromMinutes(1));
        connections.TurnOver();
        connections.CloseQuiet();
        Closed.ShouldBe(0);

        time.Advance(Quiet);
        connections.CloseQuiet();
        Closed.ShouldBe(1);
        connections.AreClosing.ShouldBeTrue();
    }

    [Fact]
    public void Many_are_closed_a_few_at_a_time()
    {
        Open(24, "10.0.0.1");
        connections.TurnOver();
        time.Advance(Quiet);
        for (var look = 1; look <= 12; look++)
        {
            connections.AreClosing.ShouldBeFalse();
            connections.CloseQuiet();
            Closed.ShouldBe(2 * look);
        }

        connections.AreClosing.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_still_asks_on_other_connections_keeps_its_idle_ones_for_two_seconds()
    {
        Open(2, "10.0.0.1");
        Open(1, "10.0.0.2");
        connections.TurnOver();
        time.Advance(Quiet / 2);
        await AskAsync(all[0]);
        time.Advance(Quiet / 2);
        Look();
        IsClosed(all[2]).ShouldBeTrue("the other client has asked nothing");
        Closed.ShouldBe(1);

        for (var passed = Quiet; passed < TimeSpan.FromSeconds(2) - Quiet; passed += Quiet / 2)
        {
            await AskAsync(all[0]);
            time.Advance(Quiet / 2);
            Look();
            Closed.ShouldBe(1);
        }

        time.Advance(Quiet);
        await AskAsync(all[0]);
        Look();
        (IsClosed(all[0]), IsClosed(all[1])).ShouldBe((false, true));
    }

    [Fact]
    public void One_that_has_not_finished_its_handshake_is_given_two_seconds_for_it()
    {
        Open(1, "10.0.0.1", handshaken: false);
        connections.TurnOver();
        time.Advance(TimeSpan.FromSeconds(1.9));
        Look();
        Closed.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Look();
        Closed.ShouldBe(1);
    }

    [Fact]
    public void Without_a_turnover_nothing_is_closed()
    {
        Open(3, "10.0.0.1");
        time.Advance(TimeSpan.FromHours(1));
        Look();
        Closed.ShouldBe(0);
    }

    private int Closed => all.Count(IsClosed);

    private static bool IsClosed(DefaultConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()!.ConnectionClosedRequested.IsCancellationRequested;

    private void Look()
    {
        for (var i = 0; i < all.Count; i++)
        {
            connections.CloseQuiet();
        }
    }

    private void Open(int count, string address, bool handshaken = true)
    {
        for (var i = 0; i < count; i++)
        {
            var connection = new DefaultConnectionContext($"c{all.Count}") { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 40000 + all.Count) };
            connection.Features.Set<IConnectionLifetimeNotificationFeature>(new Lifetime());
            connections.Add(connection, new MemoryStream());
            if (handshaken)
            {
                connection.Features.Get<OpenConnection>()!.Handshaken();
            }

            all.Add(connection);
        }
    }

    private Task AskAsync(DefaultConnectionContext connection)
    {
        var features = new FeatureCollection(connection.Features);
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Protocol = "HTTP/1.1" });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        return connections.ServeAsync(new DefaultHttpContext(features), _ => Task.CompletedTask);
    }

    private sealed class Lifetime : IConnectionLifetimeNotificationFeature
    {
        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => ConnectionClosedRequested = new(canceled: true);
    }
}
