using System.Text;
using System.Text.Json.Nodes;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>What helm and k9s ask of a cluster, for somebody who may have a part of it.</summary>
public sealed class ClientPatternTests : IAsyncLifetime
{
    private static readonly string Manifests = OneRole.Manifests(
        "release",
        "{kind: secrets, api_group: '', namespace: dev, name: 'sh.helm.release.v1.shop.*', verbs: ['*']}",
        "{kind: pods, api_group: '', namespace: dev, name: '*', verbs: [get, list, watch]}",
        "{kind: deployments, api_group: apps, namespace: dev, name: 'shop*', verbs: ['*']}");

    private const string Secrets = "api/v1/namespaces/dev/secrets";

    private ClusterScene scene = null!;
    private HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        scene.Cluster.AddObject("dev", Release("shop", 1));
        scene.Cluster.AddObject("dev", Release("other", 1));
        alice = scene.Client("alice");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData($"{Secrets}?labelSelector=owner%3Dhelm")]
    [InlineData("api/v1/secrets?labelSelector=owner%3Dhelm")]
    [InlineData($"{Secrets}?labelSelector=name%3Dshop%2Cowner%3Dhelm")]
    public async Task Helm_lists_the_releases_that_the_person_has(string path) =>
        Listing.Names(await alice.GetJsonAsync(path, "Accept: application/vnd.kubernetes.protobuf;q=0.5,application/json")).ShouldBe(["dev/sh.helm.release.v1.shop.v1"]);

    [Fact]
    public async Task Helm_upgrades_a_release_that_the_person_has_and_no_other()
    {
        await alice.GetJsonAsync($"{Secrets}/sh.helm.release.v1.shop.v1");
        await alice.JsonAsync("POST", Secrets, Json(Release("shop", 2)), 201);
        await alice.JsonAsync("PUT", $"{Secrets}/sh.helm.release.v1.shop.v2", Json(Release("shop", 2)), 200);
        await alice.JsonAsync("DELETE", $"{Secrets}/sh.helm.release.v1.shop.v1", null, 200);

        await alice.JsonAsync("GET", $"{Secrets}/sh.helm.release.v1.other.v1", null, 403);
        await alice.JsonAsync("POST", Secrets, Json(Release("other", 2)), 403);
        await alice.JsonAsync("DELETE", $"{Secrets}/sh.helm.release.v1.other.v1", null, 403);
        Listing.Names(await alice.GetJsonAsync($"{Secrets}?labelSelector=owner%3Dhelm")).ShouldBe(["dev/sh.helm.release.v1.shop.v2"]);
    }

    [Fact]
    public async Task K9s_asks_many_questions_at_once_and_each_is_answered_by_its_own_rule()
    {
        (string Verb, string Group, string Resource, string Namespace, bool Allowed)[] asked =
        [
            ("list", "", "pods", "dev", true), ("watch", "", "pods", "dev", true), ("list", "", "pods", "", true), ("list", "", "nodes", "", false), ("list", "apps", "deployments", "dev", true),
            ("list", "apps", "deployments", "prod", false), ("delete", "", "pods", "dev", false), ("list", "", "namespaces", "", true), ("patch", "apps", "deployments", "dev", true),
            ("list", "", "events", "", false), ("get", "", "secrets", "dev", true), ("list", "metrics.k8s.io", "pods", "", false),
        ];
        var answers = await Task.WhenAll(asked.Concat(asked).Select(async q =>
        {
            var body = new JsonObject
            {
                ["spec"] = new JsonObject { ["resourceAttributes"] = new JsonObject { ["verb"] = q.Verb, ["group"] = q.Group, ["resource"] = q.Resource, ["namespace"] = q.Namespace } },
            };
            var answer = await alice.JsonAsync("POST", "apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Json(body), 201);
            return ($"{q.Verb} {q.Resource} {q.Namespace}", (bool?)answer["status"]!["allowed"]);
        }));

        answers.ShouldBe(asked.Concat(asked).Select(q => ($"{q.Verb} {q.Resource} {q.Namespace}", (bool?)q.Allowed)));
    }

    [Fact]
    public async Task K9s_watches_many_kinds_as_tables_and_sees_what_the_person_has()
    {
        string[] paths =
        [
            "api/v1/namespaces/dev/pods", "api/v1/pods", "api/v1/secrets", "api/v1/namespaces", "apis/apps/v1/deployments", "apis/apps/v1/namespaces/dev/deployments",
        ];
        scene.Cluster.AddObject("dev", Deployment("shop"));
        scene.Cluster.AddObject("dev", Deployment("other"));
        var shown = await Task.WhenAll(paths.Select(async path =>
        {
            using var watch = await alice.WatchAsync($"{path}?watch=1&allowWatchBookmarks=true&includeObject=Metadata", $"Accept: {Listing.Table}");
            return Listing.Names((await watch.NextAsync())!["object"]!).Single();
        }));

        shown.ShouldAllBe(n => n == "dev" || n.StartsWith("dev/", StringComparison.Ordinal));
        shown[2].ShouldBe("dev/sh.helm.release.v1.shop.v1");
        shown[4].ShouldBe("dev/shop");
        await alice.JsonAsync("GET", "api/v1/nodes?watch=1", null, 403);
        await alice.JsonAsync("GET", "api/v1/namespaces/prod/pods?watch=1", null, 403);
    }

    private static JsonObject Release(string name, int revision) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = $"sh.helm.release.v1.{name}.v{revision}", ["labels"] = new JsonObject { ["owner"] = "helm", ["name"] = name } },
        ["type"] = "helm.sh/release.v1",
        ["data"] = new JsonObject { ["release"] = "aDRz" },
    };

    private static JsonObject Deployment(string name) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["replicas"] = 0,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "a", ["image"] = "a" }) },
            },
        },
    };

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");
}
