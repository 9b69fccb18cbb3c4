using System.Net;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Kinds that come and go while the gate runs, and a cluster that does not say which it has.</summary>
public sealed class CustomKindTests
{
    private const string Widgets = "apis/example.com/v1/namespaces/dev/widgets";

    private static readonly string Restricted = Manifests("{'*': '*'}", "[{kind: widgets, api_group: example.com, namespace: dev, name: '*', verbs: ['*']}, {kind: pods, api_group: '', namespace: dev, name: '*', verbs: ['*']}]");

    private static readonly string Unrestricted = Manifests("{'*': '*'}", "[{kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*']}]");

    private static readonly string Outside = Manifests("{env: other}", "[{kind: pods, api_group: '', namespace: dev, name: '*', verbs: ['*']}]");

    [Fact]
    public async Task A_kind_works_soon_after_it_was_added_and_not_before()
    {
        await using var scene = await ClusterScene.StartAsync(Restricted);
        var alice = scene.Client("alice");
        (await StatusAsync(alice, Widgets)).ShouldBe(403);
        (await StatusAsync(alice, Widgets)).ShouldBe(403);
        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget.Contains("widgets", StringComparison.Ordinal));

        scene.Cluster.AddCustomKind("example.com", "v1", "widgets", "Widget", namespaced: true);
        var waited = PromisedTime.Start();
        await UntilAsync(alice, Widgets, 200);
        waited.ShouldBeKept(TimeSpan.FromSeconds(4));

        scene.Cluster.RemoveCustomKind("example.com", "widgets");
        (await StatusAsync(alice, Widgets)).ShouldBeOneOf(403, 404);
    }

    [Fact]
    public async Task Asking_for_kinds_that_there_are_not_does_not_make_the_gate_ask_each_time()
    {
        await using var scene = await ClusterScene.StartAsync(Restricted);
        var alice = scene.Client("alice");
        for (var i = 0; i < 20; i++)
        {
            (await StatusAsync(alice, $"apis/example.com/v1/namespaces/dev/things{i}")).ShouldBe(403);
        }

        scene.Cluster.Requests.Count(r => r.RawTarget == "/apis").ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Somebody_restricted_is_told_when_the_cluster_does_not_say_what_kinds_it_has()
    {
        await using var scene = await ScriptedScene.StartAsync(Restricted, RawUpstream.Ok);
        scene.HidesKinds = true;
        using var response = await scene.Client().GetAsync("api/v1/namespaces/dev/pods");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).ShouldContain("does not say which kinds it has");
        scene.Requests.ShouldNotContain(r => r.RequestLine.Contains("pods", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_changes_for_who_is_not_restricted_and_nothing_is_asked_for_them()
    {
        await using var scene = await ScriptedScene.StartAsync(Unrestricted, RawUpstream.Ok);
        scene.HidesKinds = true;

        (await StatusAsync(scene.Client(), "api/v1/namespaces/dev/pods")).ShouldBe(200);
        scene.Requests.Select(r => r.RequestLine).ShouldBe(["GET /api/v1/namespaces/dev/pods HTTP/1.1"]);
        scene.Upstream.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("api/v1/namespaces/dev/pods")]
    [InlineData("apis/example.com/v1/namespaces/dev/widgets")]
    public async Task Nothing_is_asked_for_somebody_who_may_not_enter(string path)
    {
        await using var scene = await ScriptedScene.StartAsync(Outside, RawUpstream.Ok);

        (await StatusAsync(scene.Client(), path)).ShouldBe(403);
        scene.Upstream.Count.ShouldBe(0);
    }

    private static async Task<int> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return (int)response.StatusCode;
    }

    private static async Task UntilAsync(HttpClient client, string path, int status)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await StatusAsync(client, path) != status)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private static string Manifests(string labels, string resources) => $$"""
        kind: role
        version: v8
        metadata: {name: some}
        spec:
          allow:
            kubernetes_labels: {{labels}}
            kubernetes_groups: [admins]
            kubernetes_resources: {{resources}}
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [some]}
        """;
}
