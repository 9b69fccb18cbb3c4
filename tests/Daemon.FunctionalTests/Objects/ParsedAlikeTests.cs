using CsCheck;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>
/// The gate decides about what it reads in a request, the cluster carries out what it reads there itself: it must be the same. The simulated cluster has a reader of
/// its own, written after the API server's source and not after the gate's.
/// </summary>
public sealed class ParsedAlikeTests
{
    private const string Manifests = """
        kind: role
        version: v8
        metadata: {name: everything}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
        ---
        kind: user
        version: v2
        metadata: {name: root}
        spec: {roles: [everything]}
        """;

    private static readonly Gen<string> Method = Gen.Frequency(
        (6, Gen.Const("GET")), (1, Gen.Const("HEAD")), (2, Gen.OneOf("POST", "PUT", "PATCH")), (2, Gen.Const("DELETE")), (1, Gen.OneOf("OPTIONS", "PROPFIND", "get", "Delete")));

    private static readonly Gen<string> Segment = Gen.Frequency(
        (8, Gen.OneOf("namespaces", "pods", "services", "nodes", "secrets", "deployments", "dev", "web-0")),
        (4, Gen.OneOf("watch", "proxy", "status", "finalize", "log", "api", "apis", "v1")),
        (2, Gen.OneOf("https:web:8080", "a.b", "system:node", "web%2D0", "%70ods", "na%6despaces", "%77atch", "caf%C3%A9", "a%20b", "a+b", "%25", "~x")),
        (1, Gen.OneOf("", ".", "..", "%2e", "%2E%2e", "a%2Fb", "%2F", "%00", "%zz", "%", "%FF", "a;b", "a\\b", "%5C")));

    private static readonly Gen<string> Path = Gen.Select(
        Gen.Frequency((6, Gen.OneOf("/api/v1", "/apis/apps/v1", "/apis/example.com/v1")), (1, Gen.OneOf("", "/", "//api/v1", "/api", "/apis", "/apis/apps", "/api/v1/", "/%61pi/v1"))),
        Segment.Array[0, 6],
        Gen.OneOf("", "", "", "/", "//"),
        (root, segments, end) => (root + string.Concat(segments.Select(s => "/" + s)) + end) is { Length: > 0 } path ? path : "/");

    private static readonly Gen<string> Key = Gen.Frequency(
        (6, Gen.OneOf("watch", "fieldSelector")), (2, Gen.OneOf("w%61tch", "Watch", "field%53elector", "limit", "timeoutSeconds", "resourceVersion", "watch%00", "%zz", "")));

    private static readonly Gen<string> Value = Gen.Frequency(
        (3, Gen.OneOf("true", "false", "1", "0", "", "False", "%66alse", "TRUE", "x", "+", "%zz", "a;b")),
        (4, Gen.OneOf(
            "metadata.name=web-0", "metadata.name%3Dweb-0", "metadata.name%3D%3Dweb-0", "metadata.name!%3Dweb-0", "metadata.name%3D", "metadata.name%3D..", "metadata.name%3Da%2Fb",
            "spec.nodeName%3Dx,metadata.name%3Dweb-0", "metadata.name%3Db,metadata.name%3Da", "metadata.name%3Da%5C,b", "spec.x%3Da%5C%3Db,metadata.name%3Dweb-0", "metadata.name%3Da%5Cb",
            "metadata.name", ",,metadata.name%3Dweb-0,", "metadata.namespace%3Ddev", "%2Bmetadata.name%3Dx", "metadata.name%3Dx%3Dy", "metadata.name+%3Dx", "!%3Dx", "metadata.name%3D%FF")));

    private static readonly Gen<string> Query = Gen.Select(
        Gen.Select(Key, Gen.OneOf("=", "=", "=", "", "=="), Value, (k, e, v) => e.Length == 0 ? k : k + e + v).Array[0, 4], Gen.OneOf("&", "&", "&", ";", "&&"),
        (pairs, between) => string.Join(between, pairs));

    private static readonly Gen<(string Method, string Path, string Query)> Request = Gen.Select(Method, Path, Query);

    [Fact]
    public void The_gate_and_the_cluster_read_the_same_in_a_request() => Request.Sample(
        r =>
        {
            if (RequestInfoParser.Parse(r.Method, r.Path, r.Query).Info is { } ours)
            {
                var theirs = ApiRequest.Parse(r.Method, r.Path, r.Query);
                Parts(ours).ShouldBe(Parts(theirs, CanRead(theirs) ? theirs.Name : ours.Name), $"{r.Method} {r.Path}?{r.Query}");
            }
        },
        iter: 20_000);

    [Fact]
    public void Enough_of_those_requests_are_read_at_all() =>
        Request.Array[2000].Single().Count(r => RequestInfoParser.Parse(r.Method, r.Path, r.Query).Info is { IsResourceRequest: true }).ShouldBeGreaterThan(500);

    [Fact]
    public async Task What_arrives_is_what_was_sent_and_is_recorded_as_the_cluster_reads_it()
    {
        await using var scene = await ClusterScene.StartAsync(Manifests);
        var reached = 0;
        await Request.SampleAsync(
            async r =>
            {
                var (target, id) = (r.Query.Length > 0 ? $"{r.Path}?{r.Query}" : r.Path, Guid.NewGuid().ToString());
                var status = await SendAsync(scene, r.Method, target, id);
                if (scene.Cluster.Requests.FirstOrDefault(q => q.Values("Audit-ID").Contains(id)) is not { } arrived)
                {
                    status.ShouldBe(400, $"{r.Method} {target}");
                    return;
                }

                Interlocked.Increment(ref reached);
                arrived.RequestLine.ShouldBe($"{r.Method} {target} HTTP/1.1");
                var record = await scene.Gate.AuditRecordAsync(a => (string?)a["audit_id"] == id && (string?)a["stage"] == "end");
                Check(record, arrived, $"{r.Method} {target}");
                (CanRead(arrived.Api!) || status >= 400).ShouldBeTrue($"{r.Method} {target}: {status}");
            },
            iter: 100,
            threads: 1);
        reached.ShouldBeGreaterThan(15);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("dELETE")]
    public async Task A_method_in_small_letters_is_refused_since_it_would_arrive_in_capitals(string method)
    {
        await using var scene = await ClusterScene.StartAsync(Manifests);
        (await SendAsync(scene, method, "/api/v1/namespaces/dev/pods/api-0", "small")).ShouldBe(400);

        scene.Cluster.Requests.ShouldBeEmpty();
    }

    private static void Check(System.Text.Json.Nodes.JsonObject record, RecordedRequest arrived, string what)
    {
        var theirs = arrived.Api.ShouldNotBeNull(what);
        ((string?)record["kubernetes_verb"]).ShouldBe(theirs.IsResource ? theirs.Verb : null, what);
        if (theirs.IsResource)
        {
            ((string?)record["resource_api_group"]).ShouldBe(theirs.Group.Length == 0 ? theirs.Version : $"{theirs.Group}/{theirs.Version}", what);
            ((string?)record["resource_kind"]).ShouldBe(theirs.Subresource.Length == 0 ? theirs.Resource : $"{theirs.Resource}/{theirs.Subresource}", what);
            ((string?)record["resource_namespace"] ?? "").ShouldBe(theirs.Namespace, what);
            ((string?)record["resource_name"] ?? "").ShouldBe(CanRead(theirs) ? theirs.Name : (string?)record["resource_name"] ?? "", what);
        }
    }

    private static string Parts(RequestInfo r) => r.IsResourceRequest
        ? $"{r.Verb}|{r.ApiGroup}|{r.ApiVersion}|{r.Namespace}|{r.Resource}|{r.Subresource}|{r.Name}"
        : $"{r.Verb}|{r.Path}";

    private static string Parts(ApiRequest r, string name) => r.IsResource
        ? $"{r.Verb}|{r.Group}|{r.Version}|{r.Namespace}|{r.Resource}|{r.Subresource}|{name}"
        : $"{r.Verb}|{r.Path}";

    /// <summary>Whether the cluster can read the options of a list. It answers 400 to those that it cannot, and takes no name from them.</summary>
    private static bool CanRead(ApiRequest request)
    {
        try
        {
            return request.Verb is not ("list" or "watch") || ListOptions.Decode(request.Query) is not null;
        }
        catch (ApiException)
        {
            return false;
        }
    }

    private static async Task<int> SendAsync(ClusterScene scene, string method, string target, string id)
    {
        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, scene.CertificateOf("root"));
        var body = method is "POST" or "PUT" or "PATCH" ? "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" : "\r\n";
        await client.SendAsync($"{method} /clusters/c1{target} HTTP/1.1\r\nHost: g\r\nAudit-ID: {id}\r\nAccept: application/json\r\nConnection: close\r\n{body}");
        return (await client.ReadHeadAsync()).Status;
    }
}
