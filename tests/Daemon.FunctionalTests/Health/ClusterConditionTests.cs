using System.Net;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.FunctionalTests.Objects;
using Tidegate.Health;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Health;

/// <summary>What requests show of a cluster is known at once, and is told from what the cluster has against the person.</summary>
public sealed class ClusterConditionTests
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v5.channel.k8s.io";
    private const string Refusal = """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"users \"alice\" is forbidden: User \"gate\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope","reason":"Forbidden","details":{"name":"alice","kind":"users"},"code":403}""";

    private const string Manifests = """
        kind: role
        version: v7
        metadata: {name: all}
        spec: {allow: {kubernetes_labels: {'*': '*'}, kubernetes_groups: [admins], kubernetes_resources: [{kind: '*', namespace: '*', name: '*', verbs: ['*']}]}}
        ---
        kind: user
        version: v2
        metadata: {name: ada}
        spec: {roles: [all]}
        """;

    public static TheoryData<string> Requests => new()
    {
        Scene.Get("/clusters/c1/version"),
        Scene.Get("/clusters/c1/api/v1/pods?watch=1"),
        Scene.Get("/clusters/c1/api/v1/namespaces/x/pods/y/exec?command=ls", Upgrade),
        "POST /clusters/c1/api/v1/namespaces/x/pods/y/exec?command=ls HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n",
        "DELETE /clusters/c1/api/v1/namespaces/x/pods/y HTTP/1.1\r\nHost: g\r\n\r\n",
    };

    public static TheoryData<string, string> RefusalForms
    {
        get
        {
            var whole = $"Content-Type: application/json\r\nContent-Length: {Refusal.Length}\r\n\r\n{Refusal}";
            var chunked = $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{100:x}\r\n{Refusal[..100]}\r\n{Refusal.Length - 100:x}\r\n{Refusal[100..]}\r\n0\r\n\r\n";
            var plain = "users \"alice\" is forbidden: User \"gate\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope";
            var protobuf = $"k8s\0\n\f\n\u0002v1\u0012\u0006Status\u0012{(char)(plain.Length + 4)}\n\0\u001a{(char)plain.Length}{plain}";
            return new()
            {
                { "whole", whole },
                { "chunked", chunked },
                { "protobuf", $"Content-Type: application/vnd.kubernetes.protobuf\r\nContent-Length: {protobuf.Length}\r\n\r\n{protobuf}" },
                { "to the end of the connection", $"Content-Type: application/json\r\nConnection: close\r\n\r\n{Refusal}" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_refused_credential_is_a_condition_at_once_and_the_record_says_why(string request)
    {
        await using var scene = await Scene.StartAsync(r => r.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));

        var (head, body) = await scene.ExchangeAsync(request);

        head.Status.ShouldBe(502);
        ((string?)JsonNode.Parse(body)!["message"]).ShouldBe("kubernetes cluster \"c1\" does not accept the gate's credential; ask the gate's administrator");
        Statuses(scene).ShouldBe([ConditionStatus.True, ConditionStatus.False, ConditionStatus.Unknown]);
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 502);
        ((string?)record["decision"]).ShouldBe("allowed");
        ((string?)record["reason"]).ShouldBe("kubernetes cluster \"c1\" does not accept the gate's credential; ask the gate's administrator");
    }

    [Theory]
    [MemberData(nameof(RefusalForms))]
    public async Task A_gate_that_may_not_impersonate_is_a_condition_at_once_whatever_form_the_refusal_has(string form, string answer)
    {
        await using var scene = await Scene.StartAsync(async r =>
        {
            await r.WriteAsync("HTTP/1.1 403 Forbidden\r\n" + answer);
            if (answer.Contains("Connection: close", StringComparison.Ordinal))
            {
                r.Stream.Close();
            }
        });

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/x/pods/y"));

        head.Status.ShouldBe(502, form);
        body.ShouldContain("does not let the gate's account act for people; ask the gate's administrator", Case.Sensitive, form);
        Statuses(scene).ShouldBe([ConditionStatus.True, ConditionStatus.True, ConditionStatus.False], form);
        scene.Gate.Registry.Current.Clusters["c1"].Upstream.Conditions.MayImpersonate.Reason.ShouldBe("users");
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 502);
        ((string?)record["reason"])!.ShouldContain("does not let the gate's account act for people");
    }

    [Theory]
    [InlineData(100)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(300_000)]
    public async Task A_refusal_of_the_person_passes_byte_for_byte_and_says_nothing_of_the_cluster(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        await using var scene = await Scene.StartAsync(r => r.WriteAsync($"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=x\r\nX-Test: 1\r\nContent-Length: {length}\r\n\r\n{text}"));

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/x/pods/y"));

        head.Status.ShouldBe(403);
        head.Value("Content-Length").ShouldBe(length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        head.Value("Content-Type").ShouldBe("text/plain; charset=x");
        head.Value("X-Test").ShouldBe("1");
        body.ShouldBe(text);
        Statuses(scene).ShouldAllBe(s => s == ConditionStatus.Unknown);
    }

    [Fact]
    public async Task What_is_proxied_speaks_for_itself()
    {
        await using var scene = await Scene.StartAsync(r => r.WriteAsync($"HTTP/1.1 403 Forbidden\r\nContent-Length: {Refusal.Length}\r\n\r\n{Refusal}"));

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/namespaces/x/services/y/proxy/"));

        (head.Status, body).ShouldBe((403, Refusal));
        Statuses(scene).ShouldAllBe(s => s == ConditionStatus.Unknown);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_a_condition_at_once()
    {
        await using var scene = await Scene.StartAsync();
        scene.Gate.Apply(scene.State.Cluster("c1", scene.CredentialOf(scene.Upstream) with { Server = new($"https://127.0.0.1:{FreePort.Next()}") }));

        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(503);

        Statuses(scene).ShouldBe([ConditionStatus.False, ConditionStatus.Unknown, ConditionStatus.Unknown]);
    }

    [Fact]
    public async Task A_binding_that_is_gone_and_back_is_seen_by_requests_and_told_by_checks_without_waiting_for_them()
    {
        await using var scene = await ClusterScene.StartAsync(Manifests);
        using var stopping = new CancellationTokenSource();
        var running = new ClusterCheck(scene.Gate.Registry, scene.Gate.Health, TimeProvider.System).RunAsync(stopping.Token);
        var ada = scene.Client("ada", HttpVersion.Version20);
        var upstream = scene.Gate.Registry.Current.Clusters["c1"].Upstream;
        await UntilAsync(() => upstream.Conditions.IsWell == true);
        (await ada.GetAsync("api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);

        scene.Cluster.Unbind("impersonator-tidegate-tidegate");
        var refused = await ada.GetAsync("api/v1/namespaces/default/pods");

        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        upstream.Conditions.MayImpersonate.Status.ShouldBe(ConditionStatus.False);
        await UntilAsync(() => upstream.Conditions.MayImpersonate.Reason == "users, groups, serviceaccounts");
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task A_check_leaves_no_connection_open_and_makes_no_pool()
    {
        await using var scene = await ClusterScene.StartAsync(Manifests);
        using var stopping = new CancellationTokenSource();
        var upstream = scene.Gate.Registry.Current.Clusters["c1"].Upstream;

        var running = new ClusterCheck(scene.Gate.Registry, scene.Gate.Health, TimeProvider.System).RunAsync(stopping.Token);

        await UntilAsync(() => upstream.Conditions.IsWell == true);
        scene.Cluster.Requests.Count.ShouldBe(3);
        await UntilAsync(() => scene.Cluster.OpenConnections == 0);
        await stopping.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    private static ConditionStatus[] Statuses(Scene scene) => [.. scene.Gate.Registry.Current.Clusters["c1"].Upstream.Conditions.All.Select(c => c.Condition.Status)];

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
