using System.Net;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Limits;
using static Tidegate.FunctionalTests.Proxy.PersonLimitScene;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>One person keeps the gate busy with requests, streams and connections: what is one too many is refused with a Status that says why, and the others are served.</summary>
public sealed class PersonLimitTests : IAsyncLifetime
{
    private readonly PersonLimitScene scene = new();

    public Task InitializeAsync() => scene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Requests_in_flight_are_counted_over_all_connections_of_a_person(string version)
    {
        var hanging = Enumerable.Range(0, 4).Select(_ => scene.Send("alice", version, Pods)).ToList();
        await scene.SeenAsync(4);
        var (code, message) = await AnswerAsync(scene.Send("alice", version, Pods));
        (code, message).ShouldBe((429, "user \"alice\" has requests under way, as much as one person may: 4 (kubernetes_service.limits.requests_per_person)"));
        (await AnswerAsync(scene.Send("bob", version, Pods))).Code.ShouldBe(200);
        (await AnswerAsync(scene.Send("alice", version, $"{Pods}?watch=1"))).Code.ShouldBe(200, "a stream has a limit of its own");

        hanging[0].Cancel();
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.Requests) == 3);
        _ = scene.Send("alice", version, Pods);
        await scene.SeenAsync(1);
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 429);
        ((string?)record["reason"]).ShouldBe(message);
        (await Exposition.OfAsync(scene.Gate.Metrics.Registry))["tidegate_kubernetes_server_refused_requests_total{reason=\"limit\"}"].ShouldBe(1);
    }

    [Theory]
    [InlineData("1.1", "/api/v1/namespaces/default/pods?watch=1")]
    [InlineData("2.0", "/api/v1/namespaces/default/pods?watch=1")]
    [InlineData("1.1", "/api/v1/namespaces/default/pods/web/log?follow=true")]
    public async Task Streams_have_a_limit_and_free_their_place_at_their_end(string version, string path)
    {
        var streams = new List<Call>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(scene.Send("alice", version, $"/clusters/c1{path}"));
            (await streams[^1].Answer).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await AnswerAsync(scene.Send("alice", version, $"/clusters/c1{path}"))).ShouldBe(
            (429, "user \"alice\" has watches, logs, execs and port-forwards open, as much as one person may: 3 (kubernetes_service.limits.streams_per_person)"));
        (await AnswerAsync(scene.Send("bob", version, $"/clusters/c1{path}"))).Code.ShouldBe(200);
        streams[0].Cancel();
        (await streams[0].Answer).Dispose();
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.Streams) <= 3);
        await UntilAsync(async () => (await scene.Send("alice", version, $"/clusters/c1{path}").Answer).StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Connections_of_a_person_have_a_limit_that_says_why(string version)
    {
        await scene.StartAgainAsync(new() { ConnectionsPerPerson = 3 });
        for (var i = 0; i < 3; i++)
        {
            _ = scene.Send("alice", version, Pods);
        }

        await scene.SeenAsync(3);
        var (code, message) = await AnswerAsync(scene.Send("alice", version, "/v1/kube_clusters"));
        (code, message).ShouldBe((429, "user \"alice\" has connections open, as much as one person may: 3 (kubernetes_service.limits.connections_per_person)"));
        (await AnswerAsync(scene.Send("bob", version, Pods))).Code.ShouldBe(200);

        await using var silent = await scene.ConnectAsync();
        var end = silent.ReadToEndAsync();
        await UntilAsync(() =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });
        scene.Gate.Limits.Taken(LimitedUse.Connections).ShouldBe(4);
    }

    [Fact]
    public async Task A_lower_limit_holds_from_the_next_request_on()
    {
        _ = scene.Send("alice", "2.0", Pods);
        _ = scene.Send("alice", "2.0", Pods);
        await scene.SeenAsync(2);
        scene.Gate.Limits.Reconfigure(new() { RequestsPerPerson = 1, Requests = 2 });
        (await AnswerAsync(scene.Send("alice", "2.0", Pods))).Message!.ShouldEndWith("1 (kubernetes_service.limits.requests_per_person)");
        (await AnswerAsync(scene.Send("bob", "2.0", Pods))).ShouldBe((429, "the gate has requests under way, as much as it takes: 2 (kubernetes_service.limits.requests)"));
    }
}
