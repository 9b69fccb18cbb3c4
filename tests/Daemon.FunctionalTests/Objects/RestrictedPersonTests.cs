using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>What somebody whose roles are about some objects gets from a cluster, through the whole gate.</summary>
public sealed class RestrictedPersonTests : IAsyncLifetime
{
    private const string Manifests = """
        kind: role
        version: v8
        metadata: {name: dev}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
            - {kind: pods, api_group: '', namespace: dev, name: '*', verbs: [get, list, watch, create, delete, deletecollection]}
            - {kind: pods, api_group: '', namespace: default, name: web-0, verbs: [get, list, watch]}
            - {kind: configmaps, api_group: '', namespace: dev, name: 'app-*', verbs: ['*']}
          deny:
            kubernetes_resources:
            - {kind: pods, api_group: '', namespace: dev, name: secret-*, verbs: ['*']}
        ---
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
        metadata: {name: alice}
        spec: {roles: [dev]}
        ---
        kind: user
        version: v2
        metadata: {name: root}
        spec: {roles: [everything]}
        """;

    private ClusterScene scene = null!;

    private HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        scene.Cluster.AddPod("dev", "secret-0");
        scene.Cluster.AddPod("prod", "shop-0");
        alice = scene.Client("alice");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("api/v1/pods", "application/json")]
    [InlineData("api/v1/pods?limit=2", "application/json")]
    [InlineData("api/v1/pods", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")]
    [InlineData("api/v1/pods", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")]
    [InlineData("api/v1/pods", "application/cbor,application/yaml,application/json;q=0.5")]
    public async Task A_list_of_all_namespaces_shows_what_the_roles_are_about(string path, string accept)
    {
        var names = new List<string>();
        var next = "";
        do
        {
            var page = await GetAsync(alice, next.Length == 0 ? path : $"{path}&continue={Uri.EscapeDataString(next)}", accept);
            names.AddRange(Names(page));
            page["metadata"]!["remainingItemCount"].ShouldBeNull("it would count what is hidden");
            next = (string?)page["metadata"]!["continue"] ?? "";
        }
        while (next.Length > 0);

        names.ShouldBe(["default/web-0", "dev/api-0"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_list_without_objects_in_its_rows_stays_one()
    {
        var table = await GetAsync(alice, "api/v1/pods?includeObject=None", "application/json;as=Table;v=v1;g=meta.k8s.io");

        table["rows"]!.AsArray().Count.ShouldBe(2);
        table["rows"]!.AsArray().ShouldAllBe(r => r!["object"] == null);
    }

    [Fact]
    public async Task A_protobuf_list_is_filtered_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/pods") { Headers = { { "Accept", "application/vnd.kubernetes.protobuf" } } };
        using var response = await alice.SendAsync(request);
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.kubernetes.protobuf");
        body.ShouldContain("web-0");
        body.ShouldContain("api-0");
        body.ShouldNotContain("secret-0");
        body.ShouldNotContain("shop-0");
    }

    [Fact]
    public async Task Who_accepts_nothing_that_can_be_filtered_is_told_so()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/pods") { Headers = { { "Accept", "application/cbor" } } };
        using var response = await alice.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
    }

    [Fact]
    public async Task A_collection_that_holds_nothing_for_the_person_is_refused_with_the_reason()
    {
        using var response = await alice.GetAsync("api/v1/namespaces/prod/pods");
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        ((string?)status["message"]).ShouldBe("""
            pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "prod"
            None of your roles here (dev) has an entry for it in "kubernetes_resources"; ask your administrator for one.
            Check by running: kubectl auth can-i list pods --namespace prod
            """);
        ((string?)status["details"]!["kind"]).ShouldBe("pods");
    }

    [Fact]
    public async Task A_denied_object_names_the_rule_to_the_person_and_in_the_record()
    {
        using var response = await alice.GetAsync("api/v1/namespaces/dev/pods/secret-0");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldContain("Role dev denies it (access.yaml:14, commit 0123456789ab).");
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 403);
        ((string?)record["role"]).ShouldBe("dev");
        ((string?)record["rule"]).ShouldBe("access.yaml:14");
        ((string?)record["rule_revision"]).ShouldBe(ClusterScene.Revision);
    }

    [Fact]
    public async Task A_watch_shows_the_events_of_the_objects_that_the_roles_are_about()
    {
        using var response = await alice.GetAsync("api/v1/pods?watch=1", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = new[] { await NextAsync(reader), await NextAsync(reader) };
        scene.Cluster.AddPod("prod", "hidden-1");
        scene.Cluster.AddPod("dev", "secret-1");
        scene.Cluster.AddPod("dev", "shown-1");

        first.ShouldBe(["default/web-0", "dev/api-0"], ignoreOrder: true);
        (await NextAsync(reader)).ShouldBe("dev/shown-1");
    }

    [Fact]
    public async Task Namespaces_are_shown_in_which_the_person_has_something() =>
        Names(await GetAsync(alice, "api/v1/namespaces", "application/json")).ShouldBe(["default", "dev"], ignoreOrder: true);

    [Fact]
    public async Task A_kind_that_the_cluster_does_not_know_is_refused()
    {
        using var response = await alice.GetAsync("apis/nobody.example.com/v1/things");

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldContain("no kind things.nobody.example.com");
        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget.Contains("nobody", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json", """{"metadata":{"name":"app-one"}}""", HttpStatusCode.Created)]
    [InlineData("application/json", """{"metadata":{"name":"other"}}""", HttpStatusCode.Forbidden)]
    [InlineData("application/json", """{"metadata":{"generateName":"app-"}}""", HttpStatusCode.Created)]
    [InlineData("application/json", """{"metadata":{"generateName":"a"}}""", HttpStatusCode.Forbidden)]
    [InlineData("application/json", """{"metadata":{"name":"app-one","name":"other"}}""", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"metadata":""", HttpStatusCode.BadRequest)]
    [InlineData("application/yaml", "metadata:\n  name: app-two\n", HttpStatusCode.Created)]
    [InlineData("application/yaml", "metadata:\n  name: other\n", HttpStatusCode.Forbidden)]
    [InlineData("text/plain", "metadata:\n  name: other\n", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_create_is_decided_by_the_name_in_its_body_which_goes_on_as_it_is(string type, string body, HttpStatusCode code)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var response = await alice.PostAsync("api/v1/namespaces/dev/configmaps", content);

        response.StatusCode.ShouldBe(code, await response.Content.ReadAsStringAsync());
        var posts = scene.Cluster.Requests.Where(r => r.Method == "POST").ToList();
        posts.Count.ShouldBe(code == HttpStatusCode.Created ? 1 : 0);
        posts.ShouldAllBe(p => Encoding.UTF8.GetString(p.Body) == body);
    }

    [Fact]
    public async Task Deleting_a_collection_deletes_what_the_person_may_delete()
    {
        using var response = await alice.DeleteAsync("api/v1/namespaces/dev/pods");

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        Names(await GetAsync(scene.Client("root"), "api/v1/namespaces/dev/pods", "application/json")).ShouldBe(["dev/secret-0"]);
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_verb"] == "deletecollection");
        record["objects_deleted"]!.AsArray().Select(o => (string?)o).ShouldBe(["dev/api-0"]);
    }

    [Theory]
    [InlineData("list", "pods", "", "", true)]
    [InlineData("list", "pods", "prod", "", false)]
    [InlineData("get", "pods", "dev", "secret-0", false)]
    [InlineData("get", "pods", "dev", "", true)]
    [InlineData("create", "configmaps", "dev", "app-x", true)]
    [InlineData("create", "configmaps", "dev", "other", false)]
    [InlineData("list", "things", "", "", false)]
    [InlineData("*", "*", "", "", false)]
    public async Task Can_i_answers_as_a_request_would_be(string verb, string resource, string ns, string name, bool allowed)
    {
        var answer = await ReviewAsync(alice, new JsonObject { ["verb"] = verb, ["resource"] = resource, ["namespace"] = ns, ["name"] = name });

        ((bool?)answer["status"]!["allowed"]).ShouldBe(allowed, answer.ToJsonString());
    }

    [Fact]
    public async Task Can_i_list_says_what_both_the_roles_and_the_cluster_allow()
    {
        var rules = await OwnRulesAsync(alice);

        var pods = rules.Single(r => r!["resources"]!.ToJsonString() == """["pods"]""")!;
        pods["verbs"]!.AsArray().Select(v => (string?)v).ShouldBe(["get", "list", "watch", "create", "delete", "deletecollection"], ignoreOrder: true);
        var maps = rules.Single(r => r!["resources"]!.ToJsonString() == """["configmaps"]""")!;
        maps["resourceNames"]!.ToJsonString().ShouldBe("""["app-*"]""");
        rules.ShouldNotContain(r => r!["resources"]!.ToJsonString().Contains("secrets", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Can_i_list_has_the_questions_that_everybody_may_ask_but_for_denied_ones()
    {
        scene.Apply(Manifests + """

            ---
            kind: role
            version: v8
            metadata: {name: mute}
            spec: {deny: {kubernetes_resources: [{kind: selfsubjectaccessreviews, api_group: authorization.k8s.io, name: '*', verbs: [create]}]}}
            ---
            {kind: user, version: v2, metadata: {name: bob}, spec: {roles: [dev, mute]}}
            """);

        var of = (await OwnRulesAsync(alice)).Single(r => r!["resources"]!.ToJsonString() == """["selfsubjectaccessreviews"]""")!;
        of["verbs"]!.ToJsonString().ShouldBe("""["create"]""");
        var mute = (await OwnRulesAsync(scene.Client("bob"))).Select(r => r!["resources"]!.ToJsonString()).ToList();
        mute.ShouldContain("""["selfsubjectrulesreviews"]""");
        mute.ShouldNotContain("""["selfsubjectaccessreviews"]""");
    }

    [Fact]
    public async Task Who_is_not_restricted_gets_the_cluster_s_own_bytes()
    {
        using var response = await scene.Client("root").GetAsync("api/v1/pods");

        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget.StartsWith("/apis", StringComparison.Ordinal), "nobody asks for kinds");
        response.Content.Headers.ContentLength.ShouldNotBeNull();
    }

    private static async Task<JsonNode> GetAsync(HttpClient client, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    /// <summary>What somebody may do in the namespace dev.</summary>
    private static async Task<JsonArray> OwnRulesAsync(HttpClient client)
    {
        using var content = new StringContent("""{"spec":{"namespace":"dev"}}""", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("apis/authorization.k8s.io/v1/selfsubjectrulesreviews", content);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]!["resourceRules"]!.AsArray();
    }

    private static async Task<JsonNode> ReviewAsync(HttpClient client, JsonObject attributes)
    {
        using var content = new StringContent(new JsonObject { ["spec"] = new JsonObject { ["resourceAttributes"] = attributes } }.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("apis/authorization.k8s.io/v1/selfsubjectaccessreviews", content);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private static IEnumerable<string> Names(JsonNode list) => (list["items"] ?? list["rows"])!.AsArray().Select(i => NameOf(i!["object"] ?? i));

    private static string NameOf(JsonNode item)
    {
        var metadata = item["metadata"]!;
        return metadata["namespace"] is { } ns ? $"{ns}/{metadata["name"]}" : (string)metadata["name"]!;
    }

    private static async Task<string> NextAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        return NameOf(JsonNode.Parse((await reader.ReadLineAsync(limit.Token))!)!["object"]!);
    }
}
