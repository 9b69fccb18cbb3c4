using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Audit;

/// <summary>What the audit log says of requests: one closing record each, refusals included, and one more when a stream starts.</summary>
public sealed class AuditRecordTests : IAsyncLifetime
{
    private const string Revision = "0123456789abcdef0123456789abcdef01234567";

    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_request_that_is_allowed_has_one_record_with_everything_in_it()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 201 Created\r\nAudit-Id: 4242\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
        await scene.ExchangeAsync(
            "POST /clusters/c1/apis/apps/v1/namespaces/web/deployments?dryRun=All HTTP/1.1\r\nHost: g\r\nUser-Agent: kubectl/v1.35.0\r\nContent-Length: 5\r\n\r\nhello");

        var record = (await scene.Gate.AuditRecordAsync(_ => true)).DeepClone().AsObject();
        scene.Gate.AuditRecords().Count.ShouldBe(1);
        ((string?)record["request_id"])!.Length.ShouldBe(32);
        ((string?)record["uid"]).ShouldBe((string?)record["request_id"]);
        ((string?)record["addr.remote"]).ShouldStartWith("127.0.0.1:");
        ((string?)record["certificate_serial"]).ShouldBe(scene.CertificateOf("alice").SerialNumber);
        ((double?)record["duration_ms"])!.Value.ShouldBeGreaterThan(0);
        DateTimeOffset.UtcNow.Subtract((DateTimeOffset)record["time"]!).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        foreach (var volatileField in new[] { "request_id", "uid", "addr.remote", "certificate_serial", "duration_ms", "time" })
        {
            record.Remove(volatileField);
        }

        ShouldBe(record, $$"""
            {
              "event": "kube.request", "code": "T3009I", "stage": "end", "cluster_name": "gate-1", "server_id": "gate-1", "server_version": "test",
              "user": "alice", "login": "alice", "proto": "kube", "user_agent": "kubectl/v1.35.0", "audit_id": "4242",
              "verb": "POST", "request_path": "/clusters/c1/apis/apps/v1/namespaces/web/deployments",
              "kubernetes_verb": "create", "resource_api_group": "apps/v1", "resource_kind": "deployments", "resource_namespace": "web",
              "kubernetes_cluster": "c1", "kubernetes_labels": { "env": "dev" },
              "decision": "allowed", "reason": "allowed by role dev", "role": "dev", "rule": "roles/dev.yaml:1", "rule_revision": "{{Revision}}",
              "revision": "{{Revision}}", "kubernetes_users": ["alice"], "kubernetes_groups": ["devs", "ops,eu"],
              "response_code": 201, "bytes_sent": 7, "bytes_received": 5
            }
            """);
    }

    [Theory]
    [InlineData("GET /clusters/c1/api/v1/pods", 200, "allowed", "allowed by role dev")]
    [InlineData("GET /clusters/c1/api", 200, "allowed", "allowed by role dev")]
    [InlineData("GET /v1/kube_clusters", 200, "allowed", "answered by the gate itself")]
    [InlineData("GET /v1/other", 404, "denied", "no such path")]
    [InlineData("GET /", 404, "denied", "no such path")]
    [InlineData("GET /clusters/c1//api", 400, "denied", "the path segment '' is empty: '//' is read differently by different servers")]
    [InlineData("GET /clusters/c9/api", 404, "denied", "no cluster of that name is registered")]
    [InlineData("GET /clusters/hidden/api", 403, "denied", "lock hidden: lock targeting KubeCluster:\"hidden\" is in force: x")]
    [InlineData("OPTIONS *", 400, "denied", "the request target must be a path of printable ASCII characters")]
    public async Task Every_request_has_exactly_one_closing_record(string request, int code, string decision, string reason)
    {
        scene.Gate.Apply(scene.State.Cluster("hidden", scene.CredentialOf(scene.Upstream)).Lock("hidden", new(null, null, "hidden"), "x"));
        var (head, _) = await scene.ExchangeAsync($"{request} HTTP/1.1\r\nHost: g\r\n\r\n");

        head.Status.ShouldBe(code);
        var record = await scene.Gate.AuditRecordAsync(_ => true);
        scene.Gate.AuditRecords().Count.ShouldBe(1);
        ((string?)record["stage"]).ShouldBe("end");
        ((string?)record["code"]).ShouldBe("T3009I");
        ((string?)record["user"]).ShouldBe("alice");
        ((int?)record["response_code"]).ShouldBe(code);
        ((string?)record["decision"]).ShouldBe(decision);
        ((string?)record["reason"]).ShouldBe(reason);
        ((string?)record["revision"]).ShouldBe(Revision);
    }

    [Fact]
    public async Task Each_request_of_a_connection_has_its_own()
    {
        var http = scene.Http2();
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => http.GetStringAsync(new Uri($"/clusters/c1/api/v1/namespaces/n{i}/pods", UriKind.Relative))));
        await scene.Gate.AuditRecordAsync(_ => scene.Gate.AuditRecords().Count == 30);

        var records = scene.Gate.AuditRecords();
        records.Select(r => (string?)r["resource_namespace"]).Order().ShouldBe(Enumerable.Range(0, 30).Select(i => $"n{i}").Order());
        records.Select(r => (string?)r["request_id"]).Distinct().Count().ShouldBe(30);
    }

    [Theory]
    [InlineData("/pods?watch=1", null, "kube.request", "T3009I", "kube.request", "T3009I", 200)]
    [InlineData("/pods/web/log?follow=true", null, "kube.request", "T3009I", "kube.request", "T3009I", 200)]
    [InlineData("/pods/web/exec?command=sh&tty=true", "websocket", "session.start", "T2000I", "session.end", "T2004I", 101)]
    [InlineData("/pods/web/exec?command=ls&command=-l", "SPDY/3.1", "exec", "T3002I", "exec", "T3002I", 101)]
    [InlineData("/pods/web/attach?stdout=true", "websocket", "exec", "T3002I", "exec", "T3002I", 101)]
    [InlineData("/pods/web/portforward?ports=80", "websocket", "port", "T3003I", "port", "T3003S", 101)]
    public async Task A_stream_has_one_record_when_it_starts_and_one_when_it_ends(
        string path, string? upgrade, string startEvent, string startCode, string endEvent, string endCode, int code)
    {
        scene.Answer = Streams.AnswerAsync;
        await using (var client = await scene.ConnectAsync())
        {
            await client.SendAsync(Scene.Get(
                "/clusters/c1/api/v1/namespaces/default" + path, upgrade is null ? [] : ["Connection: Upgrade", "Upgrade: " + upgrade, .. WebSocketHeaders(upgrade)]));
            (await client.ReadHeadAsync()).Status.ShouldBe(code);

            var start = scene.Gate.AuditRecords().ShouldHaveSingleItem();
            ((string?)start["stage"]).ShouldBe("start");
            ((string?)start["event"]).ShouldBe(startEvent);
            ((string?)start["code"]).ShouldBe(startCode);
            ((string?)start["decision"]).ShouldBe("allowed");
            start.ContainsKey("response_code").ShouldBeFalse();
        }

        var end = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)end["event"]).ShouldBe(endEvent);
        ((string?)end["code"]).ShouldBe(endCode);
        ((int?)end["response_code"]).ShouldBe(code);
        var records = scene.Gate.AuditRecords();
        records.Count.ShouldBe(2);
        ((string?)records[0]["request_id"]).ShouldBe((string?)end["request_id"]);
        ((string?)records[0]["uid"]).ShouldNotBe((string?)end["uid"]);
    }

    [Fact]
    public async Task An_exec_names_its_command_and_counts_its_bytes()
    {
        scene.Answer = Streams.AnswerAsync;
        await using (var client = await scene.ConnectAsync())
        {
            await client.SendAsync(Streams.WebSocketExec());
            await client.ReadHeadAsync();
            var seen = await scene.Upstream.NextAsync();
            await client.SendAsync("1234567");
            await seen.ReadTextAsync(7);
            await seen.WriteAsync("123");
            await client.ReadTextAsync(3);
        }

        var end = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        end["command"]!.AsArray().Select(c => (string?)c).ShouldBe(["sh", "-c", "ls"]);
        ((int?)end["bytes_received"]).ShouldBe(7);
        ((int?)end["bytes_sent"]).ShouldBe(3);
        ((string?)end["resource_kind"]).ShouldBe("pods/exec");
        ((string?)end["resource_name"]).ShouldBe("web");
    }

    [Fact]
    public async Task A_stream_that_did_not_come_about_says_so()
    {
        scene.Answer = r => r.WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        await scene.ExchangeAsync(Streams.WebSocketExec());

        var end = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)end["code"]).ShouldBe("T3002E");
        ((int?)end["response_code"]).ShouldBe(403);
    }

    [Fact]
    public async Task Nothing_that_somebody_sends_can_break_a_line_or_colour_a_terminal()
    {
        await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods", "User-Agent: a\u001B[31mb\u00E9"));
        await scene.Gate.AuditRecordAsync(_ => true);

        var bytes = await File.ReadAllBytesAsync(scene.Gate.AuditFile);
        bytes[..^1].ShouldAllBe(b => b >= 0x20 && b < 0x7F);
        bytes[^1].ShouldBe((byte)'\n');
        ((string?)scene.Gate.AuditRecords()[0]["user_agent"]).ShouldBe("a\u001B[31mb\u00E9");
    }

    [Fact]
    public async Task A_record_stays_short_whatever_the_headers_are()
    {
        await scene.ExchangeAsync(Scene.Get($"/clusters/c1/api/v1/pods/{new string('p', 50_000)}", $"User-Agent: {new string('u', 50_000)}", $"Audit-ID: {new string('a', 50_000)}"));

        var record = await scene.Gate.AuditRecordAsync(_ => true);
        ((string?)record["user_agent"]).ShouldBe(new string('u', 2048) + "...");
        ((string?)record["audit_id"])!.Length.ShouldBe(2051);
        ((string?)record["request_path"])!.Length.ShouldBe(2051);
    }

    private static string[] WebSocketHeaders(string upgrade) =>
        upgrade == "websocket" ? ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA=="] : [];

    private static void ShouldBe(JsonObject record, string expected) =>
        Sorted(record).ToJsonString().ShouldBe(Sorted(JsonNode.Parse(expected)!.AsObject()).ToJsonString());

    private static JsonObject Sorted(JsonObject record) =>
        new(record.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
}
