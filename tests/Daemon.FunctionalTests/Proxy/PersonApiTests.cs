using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary><c>GET /v1/kube_clusters</c>: what the person of the certificate may use, and nothing of the rest.</summary>
public sealed class PersonApiTests : IAsyncLifetime
{
    private Scene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await Scene.StartAsync();
        scene.Gate.Apply(scene.State
            .Cluster("b-prod", scene.CredentialOf(scene.Upstream), ("env", "prod"), ("team", "x"))
            .Cluster("a-locked", scene.CredentialOf(scene.Upstream), ("env", "prod"))
            .Lock("locked", new(null, null, "a-locked"))
            .Role("prod", ["viewers"], ["prod-user"], ("env", "prod"))
            .User("carol", "prod")
            .User("dave")
            .User("ivan", "dev")
            .Lock("leave", new("ivan", null, null)));
    }

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task It_lists_the_clusters_of_the_person_with_users_and_groups()
    {
        var (head, body) = await scene.ExchangeAsync(Scene.Get("/v1/kube_clusters"), "carol");

        head.Status.ShouldBe(200);
        head.Value("Content-Type").ShouldBe("application/json; charset=utf-8");
        head.Value("Cache-Control").ShouldBe("no-store");
        JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse("""
            { "items": [ { "name": "b-prod", "labels": { "env": "prod", "team": "x" }, "kubernetes_users": ["prod-user"], "kubernetes_groups": ["viewers"] } ] }
            """)).ShouldBeTrue(body);
        scene.Upstream.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("alice", "b-prod,c1")]
    [InlineData("carol", "b-prod")]
    [InlineData("dave", "")]
    [InlineData("ivan", "")]
    [InlineData("mallory", "")]
    public async Task Each_person_sees_their_own(string person, string expected)
    {
        var body = await scene.Http2(person).GetStringAsync(new Uri("/v1/kube_clusters", UriKind.Relative));

        string.Join(',', JsonNode.Parse(body)!["items"]!.AsArray().Select(i => (string?)i!["name"])).ShouldBe(expected);
    }

    [Fact]
    public async Task Nobody_can_ask_for_somebody_else()
    {
        (await scene.ExchangeAsync(Scene.Get("/v1/kube_clusters?user=alice"), "dave")).Head.Status.ShouldBe(404);

        var (_, body) = await scene.ExchangeAsync(Scene.Get("/v1/kube_clusters", "Impersonate-User: alice"), "dave");
        JsonNode.Parse(body)!["items"]!.AsArray().ShouldBeEmpty();
    }
}
