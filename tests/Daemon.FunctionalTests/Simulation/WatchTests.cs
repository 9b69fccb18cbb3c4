using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Watches of the simulated API server: where they start, what they send, how they end.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
    private SimulatedCluster? cluster;
    private HttpClient? client;

    private SimulatedCluster Cluster => cluster!;

    public async Task InitializeAsync()
    {
        cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), limit.Token);
        client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
        {
            BaseAddress = new Uri(cluster.Url),
            DefaultRequestVersion = HttpVersion.Version20,
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.AdminToken);
    }

    [Fact]
    public async Task A_streaming_list_marks_its_end_and_goes_on()
    {
        using StreamReader watch = await WatchAsync("sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");

        (await NextAsync(watch)).ShouldBe("ADDED web-0");
        (await NextAsync(watch)).ShouldBe("ADDED web-1");
        JsonNode mark = await NextNodeAsync(watch);
        mark["type"]!.GetValue<string>().ShouldBe("BOOKMARK");
        mark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!.GetValue<string>().ShouldBe("true");
        Cluster.AddPod("default", "web-2");
        (await NextAsync(watch)).ShouldBe("ADDED web-2");
        Cluster.OpenWatches.ShouldBe(1);
    }

    [Fact]
    public async Task A_watch_from_a_revision_sends_what_came_after_it()
    {
        long revision = Cluster.Store.Revision;
        Cluster.AddPod("default", "web-2");
        Cluster.AddPod("dev", "elsewhere");
        Cluster.RemovePod("default", "web-2");

        using StreamReader watch = await WatchAsync($"resourceVersion={revision}");

        (await NextAsync(watch)).ShouldBe("ADDED web-2");
        (await NextAsync(watch)).ShouldBe("DELETED web-2");
    }

    [Fact]
    public async Task A_forgotten_revision_is_expired()
    {
        long revision = Cluster.Store.Revision;
        Cluster.Store.Compact();

        using StreamReader watch = await WatchAsync($"resourceVersion={revision}");

        JsonNode error = await NextNodeAsync(watch);
        error["type"]!.GetValue<string>().ShouldBe("ERROR");
        error["object"]!["code"]!.GetValue<int>().ShouldBe(410);
        (await watch.ReadLineAsync(limit.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Ended_watches_end_as_whole_responses()
    {
        using StreamReader watch = await WatchAsync($"resourceVersion={Cluster.Store.Revision}");

        Cluster.EndStreams();

        (await watch.ReadLineAsync(limit.Token)).ShouldBeNull();
        using StreamReader another = await WatchAsync($"resourceVersion={Cluster.Store.Revision}");
        Cluster.AddPod("default", "web-3");
        (await NextAsync(another)).ShouldBe("ADDED web-3");
    }

    [Fact]
    public async Task A_list_comes_in_chunks()
    {
        JsonNode first = JsonNode.Parse(await client!.GetStringAsync("/api/v1/pods?limit=3", limit.Token))!;
        string next = Uri.EscapeDataString(first["metadata"]!["continue"]!.GetValue<string>());
        JsonNode second = JsonNode.Parse(await client.GetStringAsync($"/api/v1/pods?limit=3&continue={next}", limit.Token))!;

        first["metadata"]!["remainingItemCount"]!.GetValue<int>().ShouldBe(2);
        string[] names = [.. first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(i => i!["metadata"]!["name"]!.GetValue<string>())];
        names.Length.ShouldBe(5);
        names.ShouldBeUnique();
    }

    public async Task DisposeAsync()
    {
        client?.Dispose();
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        limit.Dispose();
    }

    private async Task<StreamReader> WatchAsync(string query)
    {
        HttpResponseMessage response = await client!.GetAsync($"/api/v1/namespaces/default/pods?watch=true&{query}", HttpCompletionOption.ResponseHeadersRead, limit.Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
    }

    private async Task<JsonNode> NextNodeAsync(StreamReader watch) => JsonNode.Parse((await watch.ReadLineAsync(limit.Token)).ShouldNotBeNull())!;

    private async Task<string> NextAsync(StreamReader watch)
    {
        JsonNode line = await NextNodeAsync(watch);
        return $"{line["type"]} {line["object"]!["metadata"]!["name"]}";
    }
}
