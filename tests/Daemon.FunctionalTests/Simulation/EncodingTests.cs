using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>The forms and encodings in which the simulated API server answers, and what lists look like in each.</summary>
public sealed class EncodingTests : IAsyncLifetime
{
    private const string Table = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io";
    private const string Protobuf = "Accept: application/vnd.kubernetes.protobuf";
    private const string PartialProtobuf = "Accept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private ApiClient? client;

    private ApiClient Api => client!;

    public static IEnumerable<object[]> Cases() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Simulation", "negotiation.tsv")).Where(l => !l.StartsWith('#')).Select(l => (object[])l.Split('\t'));

    public async Task InitializeAsync() => client = await ApiClient.StartAsync(new SimulatedClusterOptions { Teams = true, Metrics = true });

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_a_client_accepts_decides_by_the_table(string path, string accept, string status, string contentType, string kind)
    {
        using HttpResponseMessage response = await Api.SendAsync("GET", path, null, $"Accept: {accept}");

        ((int)response.StatusCode).ToString().ShouldBe(status);
        response.Content.Headers.ContentType!.ToString().ShouldBe(contentType);
        if (kind != "-")
        {
            JsonNode.Parse(await response.Content.ReadAsStringAsync(Api.Cancelled)).Text("kind").ShouldBe(kind);
        }
    }

    [Theory]
    [InlineData("", "PartialObjectMetadata")]
    [InlineData("&includeObject=Metadata", "PartialObjectMetadata")]
    [InlineData("&includeObject=Object", "Pod")]
    [InlineData("&includeObject=None", null)]
    public async Task A_row_carries_what_the_client_wants_of_its_object(string include, string? kind)
    {
        JsonNode table = await Api.GetAsync($"/api/v1/namespaces/default/pods?limit=5{include}", Table);

        table.Items("columnDefinitions").Select(c => c.Text("name")).Take(2).ShouldBe(["Name", "Ready"]);
        foreach (JsonNode row in table.Items("rows"))
        {
            row.AsObject().ContainsKey("object").ShouldBeTrue();
            row["object"].Text("kind").ShouldBe(kind);
        }
    }

    [Fact]
    public async Task An_odd_wish_for_rows_is_refused() =>
        (await Api.ExchangeAsync("GET", "/api/v1/pods?includeObject=All", null, Table)).Status.ShouldBe(400);

    [Theory]
    [InlineData(Table)]
    [InlineData(Protobuf)]
    [InlineData(PartialProtobuf)]
    [InlineData("Accept: application/json")]
    public async Task Chunks_over_all_namespaces_give_every_pod_once_in_order(string accept)
    {
        Api.Cluster.AddPods("team-a", "load", 30);
        List<string> names = [];
        string next = "";
        do
        {
            JsonNode chunk = Read(accept, await Api.BytesAsync($"/api/v1/pods?limit=7&continue={next}", accept));
            names.AddRange(accept == Table
                ? chunk.Items("rows").Select(r => FullName(r["object"]!))
                : chunk.Items("items").Select(FullName));
            next = chunk.Text("metadata", "continue") ?? "";
        }
        while (next.Length > 0);

        string[] expected = [.. Api.Cluster.Store.List(ResourceTypes.Pods, "").Items.Select(FullName)];
        names.ShouldBe(expected);
        expected.Length.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_chunk_goes_on_after_its_last_object_whatever_was_deleted_before_it()
    {
        JsonNode first = await Api.GetAsync("/api/v1/namespaces/team-a/secrets?limit=1");
        Api.Cluster.Store.Delete(ResourceTypes.Secrets, "team-a", first.Items("items").Single().AsObject().Name());

        JsonNode second = await Api.GetAsync($"/api/v1/namespaces/team-a/secrets?limit=1&continue={first.Text("metadata", "continue")}");

        second.Items("items").Single().AsObject().Name().ShouldBe("web-token");
    }

    [Fact]
    public async Task A_chunk_of_a_forgotten_revision_is_expired()
    {
        JsonNode first = await Api.GetAsync("/api/v1/namespaces/team-a/secrets?limit=1");
        Api.Cluster.Store.Compact();

        (await Api.ExchangeAsync("GET", $"/api/v1/namespaces/team-a/secrets?limit=1&continue={first.Text("metadata", "continue")}", null)).Status.ShouldBe(410);
        (await Api.ExchangeAsync("GET", "/api/v1/namespaces/team-a/secrets?limit=1&continue=nonsense", null)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Every_object_of_every_kind_survives_protobuf()
    {
        int objects = 0;
        foreach (ResourceType type in Api.Cluster.Store.Catalog.All.Where(t => t.Serves("list") && !t.IsCustom && t != ResourceTypes.CustomResourceDefinitions))
        {
            string path = type.Group.Length == 0 ? $"/api/v1/{type.Plural}" : $"/apis/{type.ApiVersion}/{type.Plural}";
            JsonNode json = await Api.GetAsync(path);
            JsonNode protobuf = ProtobufReader.Read(await Api.BytesAsync(path, Protobuf));

            protobuf.Text("kind").ShouldBe(type.ListKind);
            if (type.Verbs.Contains("create"))
            {
                Plain(protobuf).ShouldBe(Plain(json), path);
            }

            protobuf.Items("items").Select(FullName).ShouldBe(json.Items("items").Select(FullName), path);
            objects += json.Items("items").Count();
        }

        objects.ShouldBeGreaterThan(150);
    }

    [Fact]
    public async Task Metadata_in_protobuf_is_that_of_the_objects()
    {
        JsonNode json = await Api.GetAsync("/apis/example.com/v1/widgets");
        JsonObject metadata = ProtobufReader.Read(await Api.BytesAsync("/apis/example.com/v1/widgets", PartialProtobuf));

        metadata.Text("kind").ShouldBe("PartialObjectMetadataList");
        metadata.Items("items").Select(i => Plain(i["metadata"])).ShouldBe(json.Items("items").Select(i => Plain(i["metadata"])));
        metadata.Items("items").Count().ShouldBe(8);
    }

    [Fact]
    public async Task Yaml_says_what_json_says()
    {
        byte[] yaml = await Api.BytesAsync("/apis/apps/v1/deployments", "Accept: application/yaml");

        Encoding.UTF8.GetString(yaml).ShouldStartWith("apiVersion: apps/v1\nitems:\n- metadata:\n");
        Plain(YamlText.Read(yaml)).ShouldBe(Plain(await Api.GetAsync("/apis/apps/v1/deployments")));
    }

    [Fact]
    public async Task Only_long_answers_are_compressed_and_only_for_who_takes_gzip()
    {
        (await EncodingOfAsync("/api/v1/namespaces/default/pods", "Accept-Encoding: gzip")).ShouldBe(("", 0));
        Api.Cluster.AddPods("default", "load", 60);

        (await EncodingOfAsync("/api/v1/namespaces/default/pods", "Accept-Encoding: gzip")).ShouldBe(("gzip Accept-Encoding", 62));
        (await EncodingOfAsync("/api/v1/namespaces/default/pods", "Accept-Encoding: deflate")).ShouldBe(("", 0));
    }

    [Fact]
    public async Task Events_are_those_of_the_core_group_under_other_names()
    {
        JsonNode core = (await Api.GetAsync("/api/v1/namespaces/team-a/events")).Items("items").Single();
        JsonNode own = (await Api.GetAsync("/apis/events.k8s.io/v1/namespaces/team-a/events?fieldSelector=regarding.name%3Dweb-0")).Items("items").Single();

        own.Text("note").ShouldBe(core.Text("message"));
        own.Text("regarding", "name").ShouldBe("web-0");
        own.Text("metadata", "uid").ShouldBe(core.Text("metadata", "uid"));
    }

    [Fact]
    public async Task Metrics_follow_the_pods()
    {
        JsonNode metrics = await Api.GetAsync("/apis/metrics.k8s.io/v1beta1/namespaces/team-b/pods?labelSelector=app%3Ddb");

        metrics.Text("kind").ShouldBe("PodMetricsList");
        metrics.Items("items").Single().Items("containers").Select(c => c.Text("name")).ShouldBe(["db", "exporter"]);
        (await Api.ExchangeAsync("DELETE", "/apis/metrics.k8s.io/v1beta1/namespaces/team-b/pods/db-0", null)).Status.ShouldBe(405);
    }

    public async Task DisposeAsync()
    {
        if (client is not null)
        {
            await client.DisposeAsync();
        }
    }

    private static JsonNode Read(string accept, byte[] body) => accept.Contains("protobuf", StringComparison.Ordinal) ? ProtobufReader.Read(body) : JsonNode.Parse(body)!;

    private static string FullName(JsonNode item) => $"{item.Text("metadata", "namespace")}/{item.Text("metadata", "name")}";

    private async Task<(string Encoding, int Pods)> EncodingOfAsync(string path, string header)
    {
        using HttpResponseMessage response = await Api.SendAsync("GET", path, null, header);
        string encoding = string.Join(',', response.Content.Headers.ContentEncoding);
        if (encoding.Length == 0)
        {
            return ("", 0);
        }

        await using System.IO.Compression.GZipStream unzipped = new(await response.Content.ReadAsStreamAsync(Api.Cancelled), System.IO.Compression.CompressionMode.Decompress);
        JsonNode? list = await JsonNode.ParseAsync(unzipped, cancellationToken: Api.Cancelled);
        return ($"{encoding} {string.Join(',', response.Headers.Vary)}", list.Items("items").Count());
    }

    /// <summary>Without the order of fields, and without what Go leaves out of one of the encodings: nulls, empty maps and lists, zeros and false.</summary>
    private static string Plain(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.Select(p => (p.Key, Value: Plain(p.Value))).Where(p => p.Value.Length > 0 && p.Value != "{}" && p.Value != "[]").OrderBy(p => p.Key, StringComparer.Ordinal)) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Plain)) + "]",
        null => "",
        _ => node.ToJsonString() is "\"\"" or "0" or "false" ? "" : node.ToJsonString(),
    };
}
