using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;
using Tidegate.Schema;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Schema;

/// <summary>What the gate knows of a cluster's kinds, and what it asks for that, on the wire.</summary>
public sealed class ClusterSchemaTests : IAsyncLifetime
{
    private readonly FakeTimeProvider time = new();
    private readonly Entries log = new();
    private readonly TestAuthority authority = new("servers");
    private readonly ConcurrentDictionary<string, string> documents = new(StringComparer.Ordinal);
    private RawUpstream upstream = null!;
    private ClusterSchema schema = null!;
    private Func<RawRequest, Task> answer = null!;

    public Task InitializeAsync()
    {
        answer = AnswerAsync;
        upstream = new(authority, r => answer(r));
        schema = new("c1", new UpstreamCluster(Credential, Loopback.Upstream, TimeProvider.System), time, log);
        documents["/api"] = Aggregated(("", "pods", "Namespaced"), ("", "nodes", "Cluster"));
        documents["/apis"] = Aggregated(("apps", "deployments", "Namespaced"));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await upstream.DisposeAsync();

    [Fact]
    public async Task The_first_use_asks_for_both_documents_with_the_gates_own_credential()
    {
        (await schema.ScopeOfAsync("apps", "deployments", default)).ShouldBe(KindScope.Namespaced);

        schema.ScopeOf("", "nodes").ShouldBe(KindScope.Cluster);
        upstream.Count.ShouldBe(2);
        foreach (var path in new[] { "/api", "/apis" })
        {
            var request = await upstream.NextAsync();
            request.RequestLine.ShouldBe($"GET {path} HTTP/1.1");
            request.Values("Authorization").ShouldBe(["Bearer cluster-token"]);
            request.Values("If-None-Match").ShouldBeEmpty();
            request.Values("Accept").ShouldBe(
            [
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
            ]);
            request.Head.ShouldNotContain("Impersonate", Case.Insensitive);
        }
    }

    [Fact]
    public async Task Everybody_who_waits_shares_one_load()
    {
        var release = new TaskCompletionSource();
        answer = async r =>
        {
            await release.Task;
            await AnswerAsync(r);
        };
        var waiting = Enumerable.Range(0, 20).Select(_ => schema.ScopeOfAsync("", "pods", default).AsTask()).ToList();
        await upstream.NextAsync();
        schema.ScopeOf("", "pods").ShouldBe(KindScope.Unknown, "nothing is known yet");
        schema.Current.ShouldBeNull();
        release.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(s => s == KindScope.Namespaced);
        upstream.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Somebody_who_gives_up_does_not_take_the_load_from_the_others()
    {
        var release = new TaskCompletionSource();
        answer = async r =>
        {
            await release.Task;
            await AnswerAsync(r);
        };
        using var impatient = new CancellationTokenSource();
        var first = schema.GetAsync(impatient.Token).AsTask();
        var second = schema.GetAsync(default).AsTask();
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        release.SetResult();

        (await second).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_new_kind_is_known_two_seconds_after_the_last_look_and_nobody_can_make_the_gate_look_more_often()
    {
        (await schema.ScopeOfAsync("x.example.com", "things", default)).ShouldBe(KindScope.Unknown);
        documents["/apis"] = Aggregated(("x.example.com", "things", "Cluster"));
        (await schema.ScopeOfAsync("x.example.com", "things", default)).ShouldBe(KindScope.Unknown);
        upstream.Count.ShouldBe(2);

        time.Advance(ClusterSchema.Shortest);

        (await schema.ScopeOfAsync("x.example.com", "things", default)).ShouldBe(KindScope.Cluster);
        upstream.Count.ShouldBe(4);
        (await schema.ScopeOfAsync("apps", "deployments", default)).ShouldBe(KindScope.Unknown, "a group that is gone is gone");
        upstream.Count.ShouldBe(4);
    }

    [Fact]
    public async Task What_is_old_is_asked_for_again_beside_its_use_and_only_what_changed_is_sent()
    {
        await schema.GetAsync(default);
        var before = schema.Current;
        time.Advance(ClusterSchema.Fresh - TimeSpan.FromTicks(1));
        schema.ScopeOf("", "pods").ShouldBe(KindScope.Namespaced);
        upstream.Count.ShouldBe(2);
        documents["/apis"] = Aggregated(("apps", "deployments", "Namespaced"), ("batch", "jobs", "Namespaced"));
        await upstream.NextAsync();
        await upstream.NextAsync();

        time.Advance(TimeSpan.FromTicks(1));
        schema.ScopeOf("batch", "jobs").ShouldBe(KindScope.Unknown, "the use itself does not wait");

        (await upstream.NextAsync()).Values("If-None-Match").ShouldBe([ETag(before!.Core)]);
        (await upstream.NextAsync()).Values("If-None-Match").ShouldBe([ETag(before.Groups)]);
        time.Advance(ClusterSchema.Shortest);
        (await schema.ScopeOfAsync("batch", "jobs", default)).ShouldBe(KindScope.Namespaced);
        schema.Current!.Core.ShouldBeSameAs(before.Core, "304 keeps the document");
        schema.Current.Groups.ShouldNotBeSameAs(before.Groups);

        static string ETag(DiscoveryDocument document) => document.ETag.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_group_whose_server_is_away_keeps_its_kinds()
    {
        documents["/apis"] = Aggregated(("metrics.k8s.io", "nodes", "Cluster"), ("apps", "deployments", "Namespaced"));
        await schema.GetAsync(default);
        documents["/apis"] = """
            {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1","freshness":"Stale"}]}]}
            """;
        time.Advance(ClusterSchema.Shortest);

        (await schema.ScopeOfAsync("y", "unknowns", default)).ShouldBe(KindScope.Unknown);
        schema.ScopeOf("metrics.k8s.io", "nodes").ShouldBe(KindScope.Cluster);
        schema.ScopeOf("apps", "deployments").ShouldBe(KindScope.Unknown);
    }

    [Fact]
    public async Task A_cluster_that_stops_answering_keeps_what_it_said_and_is_named_once()
    {
        await schema.GetAsync(default);
        documents.Clear();
        for (var i = 0; i < 3; i++)
        {
            time.Advance(ClusterSchema.Shortest);
            (await schema.ScopeOfAsync("z", "unknowns", default)).ShouldBe(KindScope.Unknown);
            schema.ScopeOf("", "pods").ShouldBe(KindScope.Namespaced);
        }

        log.All.ShouldBe(["Warning 7402: Cluster c1: its kinds cannot be loaded again: it answered 500 to GET /api. The gate goes on with those it knows"]);
        documents["/api"] = Aggregated(("", "pods", "Namespaced"));
        documents["/apis"] = Aggregated();
        time.Advance(ClusterSchema.Shortest);
        await schema.ScopeOfAsync("z", "unknowns", default);

        log.All[1].ShouldBe("Information 7404: Cluster c1: its 1 kinds are loaded, after 3 failed attempts in 6 s");
    }

    [Fact]
    public async Task A_cluster_that_never_answered_leaves_nothing_to_decide_with()
    {
        documents.Clear();
        (await Should.ThrowAsync<UnknownSchemaException>(schema.ScopeOfAsync("", "pods", default).AsTask())).Message
            .ShouldBe("it is not known what kinds the cluster c1 has: it answered 500 to GET /api");
        await Should.ThrowAsync<UnknownSchemaException>(schema.GetAsync(default).AsTask());
        upstream.Count.ShouldBe(1, "the failure holds for two seconds");
        schema.ScopeOf("", "pods").ShouldBe(KindScope.Unknown);
        log.All.ShouldHaveSingleItem().ShouldStartWith("Warning 7401: Cluster c1: its kinds cannot be loaded: it answered 500 to GET /api. ");

        documents["/api"] = Aggregated(("", "pods", "Namespaced"));
        documents["/apis"] = Aggregated();
        time.Advance(ClusterSchema.Shortest);

        (await schema.ScopeOfAsync("", "pods", default)).ShouldBe(KindScope.Namespaced);
    }

    [Fact]
    public async Task A_cluster_that_does_not_come_to_an_end_is_given_up()
    {
        answer = r => r.HoldAsync();
        var waiting = schema.GetAsync(default).AsTask();
        await upstream.NextAsync();
        time.Advance(ClusterSchema.Patience);

        (await Should.ThrowAsync<UnknownSchemaException>(waiting)).Message.ShouldEndWith("no answer within 15 s");
    }

    [Fact]
    public async Task A_document_without_end_is_given_up()
    {
        answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            var spaces = new string(' ', 1024 * 1024);
            while (true)
            {
                await r.WriteChunkAsync(spaces);
            }
        };

        (await Should.ThrowAsync<UnknownSchemaException>(schema.GetAsync(default).AsTask())).Message.ShouldEndWith("more than 33554432 bytes to GET /api");
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"kind":"Status"}""")]
    [InlineData("{}")]
    public async Task An_answer_that_is_no_discovery_is_a_failure(string body)
    {
        documents["/apis"] = body;

        await Should.ThrowAsync<UnknownSchemaException>(schema.GetAsync(default).AsTask());
    }

    [Fact]
    public async Task An_old_cluster_is_asked_version_by_version()
    {
        documents["/api"] = """{"kind":"APIVersions","versions":["v1"]}""";
        documents["/apis"] = """{"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"version":"v1"}]},{"name":"broken","versions":[{"version":"v1"}]}]}""";
        documents["/api/v1"] = """{"kind":"APIResourceList","resources":[{"name":"pods","namespaced":true,"kind":"Pod"}]}""";
        documents["/apis/apps/v1"] = """{"kind":"APIResourceList","resources":[{"name":"deployments","namespaced":true,"kind":"Deployment"}]}""";
        documents["/apis/broken/v1"] = """{"kind":"APIResourceList","resources":[{"name":"things","namespaced":false,"kind":"Thing"}]}""";
        (await schema.ScopeOfAsync("apps", "deployments", default)).ShouldBe(KindScope.Namespaced);
        schema.ScopeOf("broken", "things").ShouldBe(KindScope.Cluster);

        documents.TryRemove("/apis/broken/v1", out _).ShouldBeTrue();
        time.Advance(ClusterSchema.Shortest);

        (await schema.ScopeOfAsync("x", "unknowns", default)).ShouldBe(KindScope.Unknown);
        upstream.Count.ShouldBe(10);
        schema.ScopeOf("broken", "things").ShouldBe(KindScope.Cluster, "its server is away");
        log.All.ShouldBeEmpty();
    }

    private ClusterCredential Credential => new(upstream.Address) { CertificateAuthorityPem = authority.Pem, Token = "cluster-token" };

    /// <summary>As kube-apiserver does: an ETag of the content, and 304 for somebody who has it.</summary>
    private Task AnswerAsync(RawRequest request)
    {
        if (!documents.TryGetValue(request.RequestLine.Split(' ')[1], out var body))
        {
            return request.WriteAsync("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        }

        var tag = $"\"{string.GetHashCode(body, StringComparison.Ordinal):X}\"";
        return request.WriteAsync(request.Values("If-None-Match").Contains(tag)
            ? $"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: {tag}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    private static string Aggregated(params (string Group, string Plural, string Scope)[] kinds) => JsonSerializer.Serialize(new
    {
        kind = "APIGroupDiscoveryList",
        apiVersion = "apidiscovery.k8s.io/v2",
        items = kinds.GroupBy(k => k.Group).Select(g => new
        {
            metadata = new { name = g.Key },
            versions = new[] { new { version = "v1", freshness = "Current", resources = g.Select(k => new { resource = k.Plural, scope = k.Scope }) } },
        }),
    });

    private sealed class Entries : ILogger<ClusterSchema>
    {
        private readonly ConcurrentQueue<string> entries = new();

        public IReadOnlyList<string> All => [.. entries];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Enqueue($"{logLevel} {eventId.Id}: {formatter(state, exception)}");
    }
}
