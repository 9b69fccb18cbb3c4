using System.Text;
using Tidegate.Simulation.Objects;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>The options of a deletion that the gate carries out object by object.</summary>
public sealed class DeleteOptionsTests : IAsyncLifetime
{
    private const string Pods = "api/v1/namespaces/dev/pods";

    private static readonly string Manifests = OneRole.Manifests("some", "{kind: pods, api_group: '', namespace: dev, name: 'api-*', verbs: [deletecollection]}");

    private ClusterScene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        scene.Cluster.AddPod("dev", "web-0");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"preconditions":[]}""")]
    [InlineData("""{"preconditions":{"uid":"a","uid":"b"}}""")]
    [InlineData("""{"dryRun":["All"],"dryRun":[]}""")]
    public async Task Options_that_cannot_be_read_delete_nothing(string body)
    {
        (await DeleteAsync(Pods, body)).ShouldBe(400);

        scene.Cluster.Requests.ShouldNotContain(r => r.Method == "DELETE");
    }

    [Fact]
    public async Task A_dry_run_is_one_for_every_object()
    {
        (await DeleteAsync($"{Pods}?dryRun=All&labelSelector=app%3Dapi&limit=1", "")).ShouldBe(200);

        scene.Cluster.Requests.Single(r => r.Method == "DELETE").RawTarget.ShouldBe($"/{Pods}/api-0?dryRun=All");
        scene.Cluster.Store.Find(ResourceTypes.Pods, "dev", "api-0").ShouldNotBeNull();
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_verb"] == "deletecollection");
        record.ContainsKey("objects_deleted").ShouldBeFalse("nothing was deleted");
    }

    [Fact]
    public async Task What_the_query_says_goes_into_each_body_since_the_cluster_reads_the_query_only_without_one()
    {
        (await DeleteAsync($"{Pods}?propagationPolicy=Orphan&gracePeriodSeconds=7&propagationPolicy=Foreground&dry%52un=All", "")).ShouldBe(200);

        var body = System.Text.Json.Nodes.JsonNode.Parse(scene.Cluster.Requests.Single(r => r.Method == "DELETE").Body)!;
        ((string?)body["propagationPolicy"]).ShouldBe("Orphan");
        ((int?)body["gracePeriodSeconds"]).ShouldBe(7);
        body["dryRun"]!.ToJsonString().ShouldBe("""["All"]""");
        (await DeleteAsync($"{Pods}?gracePeriodSeconds=soon", "")).ShouldBe(400);
    }

    [Fact]
    public async Task Each_object_is_deleted_only_as_the_one_that_was_listed()
    {
        (await DeleteAsync(Pods, """{"gracePeriodSeconds":0}""")).ShouldBe(200);

        var request = scene.Cluster.Requests.Single(r => r.Method == "DELETE");
        Encoding.UTF8.GetString(request.Body).ShouldContain("\"gracePeriodSeconds\":0");
        Encoding.UTF8.GetString(request.Body).ShouldContain("\"uid\":");
        scene.Cluster.Store.Find(ResourceTypes.Pods, "dev", "api-0").ShouldBeNull();
        scene.Cluster.Store.Find(ResourceTypes.Pods, "dev", "web-0").ShouldNotBeNull();
    }

    private async Task<int> DeleteAsync(string path, string body)
    {
        using var response = await scene.Client("alice").SendAsync("DELETE", path, body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        return (int)response.StatusCode;
    }
}
