using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>
/// Two roles with different groups, one over everything with few rights in the cluster, one over one object with all of them: nobody sees what only both together would show.
/// </summary>
public sealed class TwoRolesTests : IAsyncLifetime
{
    private const string Manifests = """
        kind: role
        version: v8
        metadata: {name: looks}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [viewers]
            kubernetes_resources:
            - {kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*']}
        ---
        kind: role
        version: v8
        metadata: {name: keeps}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
            - {kind: secrets, api_group: '', namespace: dev, name: app, verbs: ['*']}
            - {kind: pods, api_group: '', namespace: dev, name: 'api-*', verbs: ['*']}
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [looks, keeps]}
        """;

    private const string Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    private ClusterScene scene = null!;
    private HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        scene.Cluster.Bind("Group", "viewers", "view");
        Secret("dev", "app");
        Secret("dev", "other");
        Secret("prod", "app");
        alice = scene.Client("alice");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("api/v1/secrets")]
    [InlineData("api/v1/namespaces/dev/secrets")]
    public async Task A_list_shows_what_the_role_with_the_rights_shows_and_nothing_that_only_its_rights_open(string path)
    {
        Listing.Names(await alice.GetJsonAsync(path)).ShouldBe(["dev/app"]);

        Listed(path).Values("Impersonate-Group").ShouldBe(["admins"]);
    }

    [Fact]
    public async Task Where_only_the_other_role_shows_anything_its_own_rights_are_all_there_is()
    {
        (await alice.JsonAsync("GET", "api/v1/namespaces/prod/secrets", null, 403)).ToJsonString().ShouldNotContain("app");

        Listed("api/v1/namespaces/prod/secrets").Values("Impersonate-Group").ShouldBe(["viewers"]);
    }

    [Fact]
    public async Task What_both_may_read_is_shown_by_both()
    {
        Listing.Names(await alice.GetJsonAsync("api/v1/namespaces/default/pods")).ShouldBe(["default/web-0", "default/web-1"], ignoreOrder: true);

        Listed("api/v1/namespaces/default/pods").Values("Impersonate-Group").ShouldBe(["viewers"], "the other role has nothing there");
        await alice.GetJsonAsync("api/v1/pods");
        Listed("api/v1/pods").Values("Impersonate-Group").ShouldBe(["admins", "viewers"]);
    }

    [Fact]
    public async Task A_watch_shows_the_same()
    {
        using var watch = await alice.WatchAsync("api/v1/secrets?watch=1");
        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldBe("dev/app");

        Secret("dev", "new");
        Secret("prod", "new");
        scene.Cluster.Store.Delete(ResourceTypes.Secrets, "dev", "app");
        var next = (await watch.NextAsync())!;
        ((string?)next["type"]).ShouldBe("DELETED");
        Listing.NameOf(next["object"]!).ShouldBe("dev/app");
    }

    [Fact]
    public async Task A_collection_is_deleted_one_by_one_each_object_with_the_groups_of_the_roles_about_it()
    {
        scene.Cluster.Bind("Group", "viewers", "edit");
        await alice.JsonAsync("DELETE", "api/v1/namespaces/dev/secrets", null, 200);

        var deletions = scene.Cluster.Requests.Where(r => r.Method == "DELETE").ToDictionary(r => r.RawTarget, r => string.Join('+', r.Values("Impersonate-Group")));
        deletions.ShouldBe(
            new Dictionary<string, string> { ["/api/v1/namespaces/dev/secrets/app"] = "admins+viewers", ["/api/v1/namespaces/dev/secrets/other"] = "viewers" },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Roles_that_may_all_list_a_collection_do_not_delete_it_with_the_groups_of_each_other()
    {
        scene.Cluster.AddPod("dev", "web-0");
        await alice.JsonAsync("DELETE", "api/v1/namespaces/dev/pods", null, 403);

        scene.Cluster.Store.Find(ResourceTypes.Pods, "dev", "web-0").ShouldNotBeNull("viewers may list pods and not delete them, and the admins' role is not about it");
        scene.Cluster.Store.Find(ResourceTypes.Pods, "dev", "api-0").ShouldBeNull();
    }

    [Fact]
    public async Task Deleting_a_collection_does_not_delete_with_one_role_s_groups_what_another_role_is_about()
    {
        // Not even what the list that comes first does not show.
        await alice.JsonAsync("DELETE", "api/v1/namespaces/dev/secrets", null, 200);

        scene.Cluster.Requests.Where(r => r.Method == "DELETE").Select(r => r.RawTarget).ShouldBe(["/api/v1/namespaces/dev/secrets/app"]);
    }

    [Fact]
    public async Task A_single_object_is_asked_for_with_the_groups_of_the_roles_that_are_about_it()
    {
        await alice.GetJsonAsync("api/v1/namespaces/dev/secrets/app");
        await alice.JsonAsync("GET", "api/v1/namespaces/dev/secrets/other", null, 403);

        scene.Cluster.Requests.Where(r => r.RawTarget.Contains("/secrets/", StringComparison.Ordinal)).Select(r => string.Join('+', r.Values("Impersonate-Group")))
            .ShouldBe(["admins+viewers", "viewers"]);
    }

    [Fact]
    public async Task The_cluster_is_asked_once_for_each_role_s_part_and_not_again_for_the_next_request()
    {
        for (var i = 0; i < 5; i++)
        {
            await alice.GetJsonAsync("api/v1/secrets");
        }

        scene.Cluster.Requests.Count(r => r.RawTarget == Reviews).ShouldBe(2);
        scene.Cluster.Requests.Count(r => r.RawTarget == "/api/v1/secrets").ShouldBe(5);
    }

    [Fact]
    public async Task Requests_at_the_same_time_ask_once_together()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => alice.GetJsonAsync("api/v1/secrets")));

        scene.Cluster.Requests.Count(r => r.RawTarget == Reviews).ShouldBe(2);
    }

    private RecordedRequest Listed(string path) => scene.Cluster.Requests.Last(r => r.RawTarget == "/" + path);

    private void Secret(string ns, string name) =>
        scene.Cluster.AddObject(ns, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = name } });
}
