using System.Net;
using System.Text.Json.Nodes;
using Tidegate.Simulation;
using Tidegate.Simulation.Objects;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Kinds that come and go while the cluster runs, and how discovery tells.</summary>
public sealed class CustomKindTests
{
    private const string AcceptV2 = "Accept: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

    [Fact]
    public async Task A_definition_that_is_created_adds_its_kind_and_its_deletion_takes_the_objects_along()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions());
        JsonObject definition = CustomKinds.Definition("example.org", "v1", "boxes", "Box", namespaced: true);
        (definition["apiVersion"], definition["kind"]) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        definition["metadata"] = new JsonObject { ["name"] = "boxes.example.org" };

        (int created, JsonNode answer) = await api.ExchangeAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString());
        (int made, _) = await api.ExchangeAsync("POST", "/apis/example.org/v1/namespaces/dev/boxes", """{"apiVersion":"example.org/v1","kind":"Box","metadata":{"name":"a"}}""");

        (created, made).ShouldBe((201, 201));
        answer.At("status", "acceptedNames").Text("listKind").ShouldBe("BoxList");
        JsonNode list = await api.GetAsync("/apis/example.org/v1/boxes");
        list.Text("kind").ShouldBe("BoxList");
        list.Items("items").Single().Text("kind").ShouldBe("Box", "items of custom lists carry their kind");

        (await api.ExchangeAsync("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boxes.example.org", null)).Status.ShouldBe(200);
        (await api.ExchangeAsync("GET", "/apis/example.org/v1/boxes", null)).Status.ShouldBe(404);
        api.Cluster.AddCustomKind("example.org", "v1", "boxes", "Box", namespaced: true);
        (await api.GetAsync("/apis/example.org/v1/boxes")).Items("items").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_definition_by_another_name_than_its_plural_s_is_refused()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions());
        JsonObject definition = CustomKinds.Definition("example.org", "v1", "boxes", "Box", namespaced: true);
        definition["metadata"] = new JsonObject { ["name"] = "cans.example.org" };

        (await api.ExchangeAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition.ToJsonString())).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Aggregated_discovery_has_a_tag_that_changes_with_the_kinds()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions());
        string before = await TagAsync(api, "/apis");
        string core = await TagAsync(api, "/api");

        using HttpResponseMessage same = await api.SendAsync("GET", "/apis", null, AcceptV2, $"If-None-Match: {before}");
        api.Cluster.AddCustomKind("example.org", "v1", "crates", "Crate", namespaced: false);
        using HttpResponseMessage changed = await api.SendAsync("GET", "/apis", null, AcceptV2, $"If-None-Match: {before}");
        string with = await TagAsync(api, "/apis");
        api.Cluster.RemoveCustomKind("example.org", "crates");

        same.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await same.Content.ReadAsByteArrayAsync(api.Cancelled)).ShouldBeEmpty();
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await changed.Content.ReadAsStringAsync(api.Cancelled)).ShouldContain("\"resource\":\"crates\"");
        with.ShouldNotBe(before);
        before.ShouldMatch("^\"[0-9A-F]{128}\"$");
        (await TagAsync(api, "/apis")).ShouldBe(before);
        (await TagAsync(api, "/api")).ShouldBe(core);
        (await TagAsync(api, "/apis", AcceptV2.Replace("v=v2", "v=v2beta1"))).ShouldBe(before);
    }

    [Fact]
    public async Task The_old_form_of_discovery_shows_custom_kinds_too()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions { Teams = true });

        JsonNode resources = await api.GetAsync("/apis/example.com/v1");

        resources.Items("resources").Select(r => $"{r.Text("name")} {r["namespaced"]}").ShouldBe(["gadgets false", "widgets true", "widgets/status true"], ignoreOrder: true);
        (await api.GetAsync("/apis")).Items("groups").Select(g => g.Text("name")).ShouldContain("example.com");
    }

    [Fact]
    public async Task All_versions_of_a_kind_show_the_same_objects()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions());
        JsonObject definition = CustomKinds.Definition("example.org", "v1", "boxes", "Box", namespaced: true);
        definition.At("spec", "versions")!.AsArray().Add(new JsonObject { ["name"] = "v2", ["served"] = true, ["storage"] = false });
        (definition["apiVersion"], definition["kind"]) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
        definition["metadata"] = new JsonObject { ["name"] = "boxes.example.org" };
        api.Cluster.AddObject("", definition);
        api.Cluster.AddObject("dev", new JsonObject { ["apiVersion"] = "example.org/v1", ["kind"] = "Box", ["metadata"] = new JsonObject { ["name"] = "a" } });

        (await api.GetAsync("/apis/example.org/v2/namespaces/dev/boxes/a")).Text("apiVersion").ShouldBe("example.org/v2");
        (await api.GetAsync("/apis/example.org/v1/namespaces/dev/boxes/a")).Text("apiVersion").ShouldBe("example.org/v1");
    }

    private static async Task<string> TagAsync(ApiClient api, string path, string accept = AcceptV2)
    {
        using HttpResponseMessage response = await api.SendAsync("GET", path, null, accept);
        return response.Headers.GetValues("ETag").Single();
    }
}
