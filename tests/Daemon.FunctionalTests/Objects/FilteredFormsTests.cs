using System.Net;
using System.Text;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>A collection of which somebody sees a part, in every form that a client can ask for, over both versions of HTTP.</summary>
public sealed class FilteredFormsTests : IAsyncLifetime
{
    private const string Initial = "watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";

    private const string TableOnly = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    private static readonly string Manifests = OneRole.Manifests("shop", "{kind: pods, api_group: '', namespace: '*', name: 'shown-*', verbs: [get, list, watch]}");

    private ClusterScene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        foreach (var ns in (string[])["dev", "prod"])
        {
            scene.Cluster.AddPod(ns, "hidden-1");
            scene.Cluster.AddPod(ns, "shown-1");
            scene.Cluster.AddPod(ns, "zz-hidden-2");
        }
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    public static TheoryData<string, string, string, string> Lists()
    {
        (string Path, string Accept, string Type)[] forms =
        [
            ("api/v1/pods", "application/json", "application/json"),
            ("api/v1/pods", Listing.Table, "application/json"),
            ("api/v1/pods?includeObject=None", TableOnly, "application/json"),
            ("api/v1/pods?includeObject=Object", TableOnly, "application/json"),
            ("api/v1/namespaces/dev/pods", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/json"),
            ("api/v1/pods", Protobuf, Protobuf),
            ("api/v1/namespaces/dev/pods?resourceVersion=0", $"{Protobuf},application/json", Protobuf),
            ("api/v1/pods", $"{Protobuf};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", Protobuf),
            ("api/v1/pods?pretty=true", "*/*", "application/json"),
        ];
        var all = new TheoryData<string, string, string, string>();
        foreach (var version in (string[])["1.1", "2.0"])
        {
            foreach (var (path, accept, type) in forms)
            {
                all.Add(version, path, accept, type);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_shows_its_part(string version, string path, string accept, string type)
    {
        using var response = await Alice(version).SendAsync("GET", path, null, $"Accept: {accept}", "Accept-Encoding: gzip");
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());

        ((int)response.StatusCode).ShouldBe(200, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        body.ShouldContain("shown-1");
        body.ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("1.1", "application/json")]
    [InlineData("2.0", "application/json")]
    [InlineData("1.1", TableOnly)]
    [InlineData("2.0", TableOnly)]
    [InlineData("1.1", Protobuf)]
    [InlineData("2.0", Protobuf)]
    [InlineData("1.1", $"{Protobuf};as=PartialObjectMetadata;v=v1;g=meta.k8s.io")]
    [InlineData("1.1", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io")]
    public async Task A_watch_shows_its_part_and_the_bookmark_after_it(string version, string accept)
    {
        using var response = await Alice(version).SendAsync("GET", $"api/v1/pods?{Initial}", null, $"Accept: {accept}");
        ((int)response.StatusCode).ShouldBe(200);
        await using var body = await response.Content.ReadAsStreamAsync();
        var text = await ReadUntilAsync(body, "", "k8s.io/initial-events-end");
        scene.Cluster.AddPod("dev", "hidden-3");
        scene.Cluster.AddPod("dev", "shown-3");
        scene.Cluster.RemovePod("dev", "hidden-1");
        scene.Cluster.RemovePod("dev", "shown-1");
        text = await ReadUntilAsync(body, text, "DELETED");

        text.ShouldContain("shown-1");
        text.ShouldContain("shown-3");
        text.ShouldContain("BOOKMARK");
        text.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task The_first_table_that_arrives_has_the_columns_though_the_first_that_was_sent_is_hidden()
    {
        using var watch = await Alice("1.1").WatchAsync($"api/v1/namespaces/dev/pods?{Initial}&includeObject=None", $"Accept: {TableOnly}");
        var (first, bookmark) = ((await watch.NextAsync())!, (await watch.NextAsync())!);

        first["object"]!["columnDefinitions"]!.AsArray().Count.ShouldBeGreaterThan(3);
        first["object"]!["rows"]![0]!["cells"]![0]!.GetValue<string>().ShouldBe("shown-1");
        first["object"]!["rows"]![0]!["object"].ShouldBeNull("the client asked for none");
        ((string?)bookmark["type"]).ShouldBe("BOOKMARK");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task HEAD_of_a_list_says_nothing_of_its_size(string version)
    {
        using var response = await Alice(version).SendAsync("HEAD", "api/v1/pods", null, "Accept: application/json");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.NonValidated.Contains("Content-Length").ShouldBeFalse();
        (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_record_says_how_many_were_shown_and_withheld()
    {
        await Alice("1.1").GetJsonAsync("api/v1/namespaces/dev/pods", "Audit-ID: counted");

        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["audit_id"] == "counted");
        ((long?)record["objects_shown"]).ShouldBe(1);
        ((long?)record["objects_withheld"]).ShouldBe(3);
    }

    [Fact]
    public async Task A_watch_over_WebSocket_is_refused_where_it_would_have_to_be_filtered()
    {
        using var response = await Alice("1.1").SendAsync(
            "GET", "api/v1/pods?watch=1", null, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");

        ((int)response.StatusCode).ShouldBe(400);
        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget.StartsWith("/api/v1/pods", StringComparison.Ordinal));
    }

    private HttpClient Alice(string version) => scene.Client("alice", new(version));

    private static async Task<string> ReadUntilAsync(Stream stream, string before, string mark)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var (text, buffer) = (new StringBuilder(before), new byte[4096]);
        while (!text.ToString().Contains(mark, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, limit.Token);
            count.ShouldBeGreaterThan(0, $"ended without {mark}: {text}");
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
