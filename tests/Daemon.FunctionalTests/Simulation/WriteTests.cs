using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation;
using Tidegate.Simulation.Encodings;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Deletes with their options, and writes that create what is not there.</summary>
public sealed class WriteTests : IAsyncLifetime
{
    private const string Secrets = "/api/v1/namespaces/team-a/secrets";

    private ApiClient? client;

    private ApiClient Api => client!;

    public async Task InitializeAsync() => client = await ApiClient.StartAsync(new SimulatedClusterOptions { Teams = true });

    [Theory]
    [InlineData("labelSelector=app%3Ddb", "db-password")]
    [InlineData("fieldSelector=metadata.name%3Dweb-token", "web-token")]
    [InlineData("", "db-password web-token")]
    public async Task A_collection_is_deleted_by_its_selectors_and_answered_with_what_went(string query, string names)
    {
        (int status, JsonNode list) = await Api.ExchangeAsync("DELETE", $"{Secrets}?{query}", null);

        status.ShouldBe(200);
        list.Text("kind").ShouldBe("SecretList");
        string.Join(' ', list.Items("items").Select(i => i.Text("metadata", "name"))).ShouldBe(names);
        Api.Cluster.Store.List(ResourceTypes.Secrets, "team-a").Items.Count.ShouldBe(2 - names.Split(' ').Length);
        Api.Cluster.Store.List(ResourceTypes.Secrets, "team-b").Items.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("?dryRun=All", null)]
    [InlineData("", """{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}""")]
    public async Task A_dry_run_deletes_nothing(string query, string? body)
    {
        (await Api.ExchangeAsync("DELETE", Secrets + query, body)).Status.ShouldBe(200);
        (await Api.ExchangeAsync("DELETE", $"{Secrets}/web-token{query}", body)).Status.ShouldBe(200);

        Api.Cluster.Store.List(ResourceTypes.Secrets, "team-a").Items.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("uid", "The object might have been deleted and then recreated")]
    [InlineData("resourceVersion", "The object might have been modified")]
    public async Task A_precondition_that_does_not_hold_is_a_conflict(string field, string message)
    {
        JsonObject options = new() { ["preconditions"] = new JsonObject { [field] = "other" } };
        (int status, JsonNode body) = await Api.ExchangeAsync("DELETE", $"{Secrets}/web-token", options.ToJsonString());

        (status, body.Text("reason")).ShouldBe((409, "Conflict"));
        body.Text("message")!.ShouldContain(message);
        JsonObject live = Api.Cluster.Store.Get(ResourceTypes.Secrets, "team-a", "web-token");
        options["preconditions"]![field] = live.Text("metadata", field);
        (await Api.ExchangeAsync("DELETE", $"{Secrets}/web-token", options.ToJsonString())).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("propagationPolicy=Orphan", 200, true)]
    [InlineData("propagationPolicy=Background", 200, false)]
    [InlineData("propagationPolicy=Sideways", 422, true)]
    public async Task A_propagation_policy_decides_about_what_is_owned(string query, int status, bool stays)
    {
        (await Api.ExchangeAsync("DELETE", $"/apis/apps/v1/namespaces/team-a/deployments/backend?{query}", null)).Status.ShouldBe(status);

        Api.Cluster.Store.List(ResourceTypes.ReplicaSets, "team-a").Items.Any(s => s.Name().StartsWith("backend-", StringComparison.Ordinal)).ShouldBe(stays);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/dev/services/new", "v1", "Service", 201)]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/namespaces/dev/roles/new", "rbac.authorization.k8s.io/v1", "Role", 201)]
    [InlineData("/apis/coordination.k8s.io/v1/namespaces/dev/leases/new", "coordination.k8s.io/v1", "Lease", 201)]
    [InlineData("/api/v1/namespaces/dev/configmaps/new", "v1", "ConfigMap", 404)]
    [InlineData("/apis/example.com/v1/namespaces/dev/widgets/new", "example.com/v1", "Widget", 404)]
    public async Task An_update_creates_only_where_the_kind_allows_it(string path, string version, string kind, int status) =>
        (await Api.ExchangeAsync("PUT", path, $$"""{"apiVersion":"{{version}}","kind":"{{kind}}","metadata":{"name":"new"} }""")).Status.ShouldBe(status);

    [Theory]
    [InlineData("update", "PUT", "application/json")]
    [InlineData("patch", "PATCH", "application/apply-patch+yaml")]
    public async Task What_creates_by_another_verb_needs_the_right_to_create(string verb, string method, string media)
    {
        Api.Cluster.AddObject("", Role("only", verb));
        Api.Cluster.AddObject("", Role("both", verb, "create"));
        Api.Cluster.Bind("User", "jo", "only");
        Api.Cluster.Bind("User", "al", "both");
        const string Path = "/api/v1/namespaces/dev/services/new?fieldManager=test";
        byte[] body = Encoding.UTF8.GetBytes("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"new"}}""");

        using HttpResponseMessage refused = await Api.SendAsync(method, Path, body, Api.AsUser("jo"), $"Content-Type: {media}");
        using HttpResponseMessage made = await Api.SendAsync(method, Path, body, Api.AsUser("al"), $"Content-Type: {media}");

        (await refused.Content.ReadAsStringAsync(Api.Cancelled)).ShouldContain("cannot create resource \\\"services\\\"");
        ((int)refused.StatusCode, (int)made.StatusCode).ShouldBe((403, 201));
    }

    [Fact]
    public async Task A_scaled_stateful_set_is_at_once_as_large_as_wanted()
    {
        const string Path = "/apis/apps/v1/namespaces/team-a/statefulsets/db";

        await Api.ExchangeAsync("PATCH", $"{Path}/scale", """{"spec":{"replicas":3}}""", "Content-Type: application/merge-patch+json");

        JsonNode set = await Api.GetAsync(Path);
        set.Number("status", "readyReplicas").ShouldBe(3);
        set.Number("status", "observedGeneration").ShouldBe(set.Number("metadata", "generation"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/yaml")]
    [InlineData("application/vnd.kubernetes.protobuf")]
    public async Task A_review_is_read_and_answered_in_each_encoding(string media)
    {
        Api.Cluster.Bind("User", "jo", "view", "dev");
        JsonObject review = (JsonObject)JsonNode.Parse(
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"dev","verb":"get","resource":"pods"}}}""")!;
        byte[] body = media switch
        {
            "application/yaml" => YamlText.Write(review),
            "application/json" => Json.Bytes(review),
            _ => ProtobufWriter.Object(review),
        };

        using HttpResponseMessage response = await Api.SendAsync(
            "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, $"Content-Type: {media}", $"Accept: {media}", Api.AsUser("jo"));

        byte[] answer = await response.Content.ReadAsByteArrayAsync(Api.Cancelled);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(media);
        JsonNode read = media switch
        {
            "application/yaml" => YamlText.Read(answer),
            "application/json" => JsonNode.Parse(answer)!,
            _ => ProtobufReader.Read(answer),
        };
        read.At("status", "allowed")!.GetValue<bool>().ShouldBeTrue();
        read.Text("status", "reason").ShouldBe("RBAC: allowed by RoleBinding \"view-jo/dev\" of ClusterRole \"view\" to User \"jo\"");
    }

    [Fact]
    public async Task A_review_of_rules_gives_one_per_rule_of_each_role()
    {
        Api.Cluster.Bind("User", "jo", "view", "dev");
        Api.Cluster.Bind("User", "jo", "view");

        (_, JsonNode review) = await Api.ExchangeAsync(
            "POST",
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"dev"}}""",
            Api.AsUser("jo"));

        review.Items("status", "resourceRules").Count(r => r.Items("resources").Any(n => n.GetValue<string>() == "pods/log")).ShouldBe(2);
        review.Items("status", "nonResourceRules").SelectMany(r => r.Items("nonResourceURLs")).Select(u => u.GetValue<string>()).ShouldContain("/api/*");
        review.Items("status", "resourceRules").ShouldAllBe(r => r["nonResourceURLs"] == null);
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/dev/nodes", 404)]
    [InlineData("GET", "/api/v1/pods/web-0", 404)]
    [InlineData("POST", "/api/v1/pods", 405)]
    [InlineData("DELETE", "/api/v1/pods", 405)]
    [InlineData("GET", "/api/v1/proxy/namespaces/dev/pods/web-0", 404)]
    [InlineData("GET", "/api/v1/nodes/node-0/proxy/healthz", 200)]
    [InlineData("GET", "/api/v1/pods?fieldSelector=spec.odd%3Dx", 400)]
    [InlineData("GET", "/api/v1/pods?limit=many", 400)]
    [InlineData("GET", "/apis/example.com/v1/widgets?fieldSelector=spec.size%3D1", 400)]
    public async Task Paths_and_parameters_are_as_strict_as_the_real_ones(string method, string path, int status) =>
        (await Api.ExchangeAsync(method, path, null)).Status.ShouldBe(status);

    public async Task DisposeAsync()
    {
        if (client is not null)
        {
            await client.DisposeAsync();
        }
    }

    private static JsonObject Role(string name, params string[] verbs) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = "ClusterRole",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("services"),
            ["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]),
        }),
    };
}
