namespace Tidegate.FunctionalTests.Objects;

/// <summary>What becomes of a filtered watch that is open when another state comes into force.</summary>
public sealed class FilterChangesTests : IAsyncLifetime
{
    private const string Before = """
        {kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [get, list, watch]}
        {kind: pods, api_group: '', namespace: prod, name: db, verbs: [list, watch]}
        """;

    private ClusterScene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests(Before));
        scene.Cluster.AddPod("dev", "web-0");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("{kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [get, list, watch]}")]
    [InlineData(Before + "\n{kind: pods, api_group: '', namespace: test, name: '*', verbs: [watch]}")]
    [InlineData("{kind: pods, api_group: '', namespace: '*', name: '*', verbs: ['*']}")]
    [InlineData("{kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*']}")]
    [InlineData(Before, "{kind: pods, api_group: '', namespace: dev, name: web-9, verbs: ['*']}")]
    public async Task It_ends_when_a_commit_narrows_or_widens_what_it_shows(string allow, string deny = "")
    {
        using var watch = await WatchAsync("api/v1/pods?watch=1");
        scene.Apply(Manifests(allow, deny));

        await ShouldEndAsync(watch, "the roles show another part of the collection than when the request began");
    }

    [Theory]
    [InlineData("{kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [get]}")]
    [InlineData("{kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [list]}")]
    [InlineData("{kind: secrets, api_group: '', namespace: dev, name: 'web-*', verbs: ['*']}")]
    [InlineData(Before, "{kind: pods, api_group: '', namespace: '*', name: '*', verbs: ['*']}")]
    public async Task It_ends_when_a_commit_takes_it_away(string allow, string deny = "")
    {
        using var watch = await WatchAsync("api/v1/pods?watch=1");
        scene.Apply(Manifests(allow, deny));

        await ShouldEndAsync(watch, null);
    }

    [Theory]
    [InlineData("""
        # The same in another order, with another verb that a watch is not about, and a rule about something else.
        {kind: secrets, api_group: '', namespace: dev, name: '*', verbs: ['*']}
        {kind: pods, api_group: '', namespace: prod, name: db, verbs: [watch, list]}
        {kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [get, list, watch, delete]}
        """)]
    [InlineData("{kind: pods, api_group: '', namespace: prod, name: db, verbs: [watch]}\n" + Before, "{kind: pods, api_group: '', namespace: prod, name: '*', verbs: [delete]}")]
    public async Task It_stays_when_the_same_is_written_in_another_way(string allow, string deny = "")
    {
        using var watch = await WatchAsync("api/v1/pods?watch=1");
        scene.Apply(Manifests(allow, deny));
        scene.Cluster.AddPod("dev", "hidden");
        scene.Cluster.AddPod("dev", "web-1");

        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldBe("dev/web-1");
    }

    /// <summary>A rule about pods shows the namespaces that they are in, one about namespaces those that it names, though both may be written with the same patterns.</summary>
    [Fact]
    public async Task A_watch_of_namespaces_ends_when_the_rule_that_shows_them_becomes_one_of_another_kind()
    {
        scene.Apply(Manifests("{kind: pods, api_group: '', namespace: 'd*', name: 'p*', verbs: [watch]}"));
        using var watch = await scene.Client("alice").WatchAsync("api/v1/namespaces?watch=1");
        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldStartWith("d");
        scene.Apply(Manifests("{kind: namespaces, api_group: '', namespace: 'd*', name: 'p*', verbs: [watch]}"));

        await ShouldEndAsync(watch, "the roles show another part of the collection than when the request began");
    }

    private async Task<StreamReader> WatchAsync(string path)
    {
        var watch = await scene.Client("alice").WatchAsync(path);
        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldBe("dev/web-0");
        return watch;
    }

    private async Task ShouldEndAsync(StreamReader watch, string? reason)
    {
        try
        {
            // What the watch still holds comes first.
            while (await watch.NextAsync() is not null)
            {
            }
        }
        catch (IOException)
        {
            // Where a clean end takes longer than it may, on a busy machine, the connection is cut.
        }

        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["kubernetes_verb"] == "watch" && (string?)r["stage"] == "end");
        ((string?)record["reason"]).ShouldBe(reason ?? (string?)record["reason"]);
        ((string?)record["reason"]).ShouldNotBeNull().ShouldNotContain("client closed");
    }

    private static string Manifests(string allow, string deny = "") => $$"""
        kind: role
        version: v8
        metadata: {name: dev}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
        {{Entries(allow)}}
          deny:
            kubernetes_resources:{{(deny.Length == 0 ? " []" : "")}}
        {{Entries(deny)}}
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [dev]}
        """;

    private static string Entries(string lines) => string.Join('\n', lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.StartsWith('{') ? $"    - {l}" : $"    {l}"));
}
