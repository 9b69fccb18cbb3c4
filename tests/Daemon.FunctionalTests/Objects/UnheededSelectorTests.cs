using System.Net;
using System.Text;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>A cluster that heeds neither selectors nor the name in a path, as an aggregated API may: whatever is asked for, it answers with all that it has.</summary>
public sealed class UnheededSelectorTests
{
    private const string Pods = "api/v1/namespaces/dev/pods";

    private static readonly string Manifests = OneRole.Manifests(
        "shop",
        "{kind: pods, api_group: '', namespace: dev, name: 'shown-*', verbs: [get, list, watch, delete, deletecollection, exec]}",
        "{kind: configmaps, api_group: '', namespace: dev, name: '*', verbs: [get]}");

    private const string Hidden = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"hidden","namespace":"dev","uid":"u0"}}""";

    private const string Shown = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"shown-1","namespace":"dev","uid":"u1"}}""";

    private const string Other = """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"shown-2","namespace":"dev","uid":"u2"}}""";

    private const string List = $$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{{Hidden}},{{Shown}},{{Other}}]}""";

    private const string Table = $$"""{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[{"cells":[],"object":{{Hidden}}},{"cells":[],"object":{{Shown}}}]}""";

    private const string Events = $$"""
        {"type":"ADDED","object":{{Hidden}}}
        {"type":"MODIFIED","object":{{Hidden}}}
        {"type":"DELETED","object":{{Hidden}}}
        {"type":"ADDED","object":{{Shown}}}

        """;

    [Theory]
    [InlineData("?fieldSelector=metadata.name%3Dshown-1", "1.1")]
    [InlineData("?fieldSelector=metadata.name%3Dshown-1", "2.0")]
    [InlineData("?fieldSelector=metadata.name==shown-1", "1.1")]
    [InlineData("?fieldSelector=metadata.namespace=dev,metadata.name=shown-1", "2.0")]
    [InlineData("?f%69eldSelector=metadata.name=shown-1&fieldSelector=metadata.name=hidden", "1.1")]
    [InlineData("?fieldSelector=metadata.name=shown-1&limit=1", "1.1")]
    [InlineData("?fieldSelector=metadata.name=shown-1&resourceVersion=0", "1.1")]
    [InlineData("?labelSelector=a%3Db", "1.1")]
    public async Task A_list_shows_what_the_roles_show(string query, string version)
    {
        foreach (var body in (string[])[List, Table])
        {
            await using var scene = await StartAsync("application/json", body);
            using var response = await scene.Client(new(version)).GetAsync(Pods + query);
            var text = await response.Content.ReadAsStringAsync();

            response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
            text.ShouldContain("shown-1");
            text.ShouldNotContain("hidden");
        }
    }

    [Theory]
    [InlineData(Pods + "?watch=1&fieldSelector=metadata.name%3Dshown-1", "1.1")]
    [InlineData(Pods + "?watch=1&fieldSelector=metadata.name%3Dshown-1", "2.0")]
    [InlineData(Pods + "?fieldSelector=metadata.name=shown-1&watch=&sendInitialEvents=true", "1.1")]
    [InlineData("api/v1/watch/namespaces/dev/pods/shown-1", "1.1")]
    [InlineData("api/v1/watch/namespaces/dev/pods/shown-1", "2.0")]
    [InlineData("api/v1/watch/namespaces/dev/pods/shown-1?fieldSelector=metadata.name=hidden", "1.1")]
    [InlineData("api/v1/watch/namespaces/dev/pods?fieldSelector=metadata.name=shown-1", "1.1")]
    public async Task A_watch_shows_what_the_roles_show(string path, string version)
    {
        await using var scene = await ScriptedScene.StartAsync(
            Manifests, r => r.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{Events.Length:x}\r\n{Events}\r\n0\r\n\r\n"));
        using var watch = await scene.Client(new(version)).WatchAsync(path);

        Listing.NameOf((await watch.NextAsync())!["object"]!).ShouldBe("dev/shown-1");
        (await watch.NextAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData("?fieldSelector=metadata.name=hidden")]
    [InlineData("?watch=1&fieldSelector=metadata.name=hidden")]
    [InlineData("/hidden")]
    public async Task What_is_hidden_is_refused_by_its_name_before_the_cluster_is_asked(string rest)
    {
        await using var scene = await StartAsync("application/json", List);
        using var response = await scene.Client().GetAsync(Pods + rest);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        scene.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Hidden, "", "1.1")]
    [InlineData(Hidden, "", "2.0")]
    [InlineData(Hidden, "/status", "1.1")]
    [InlineData(Hidden, "/scale", "1.1")]
    [InlineData(Hidden, "?watch=1", "1.1")]
    [InlineData(Hidden, "?fieldSelector=metadata.name=shown-1", "1.1")]
    [InlineData(List, "", "1.1")]
    [InlineData(List, "", "2.0")]
    [InlineData(Table, "", "1.1")]
    [InlineData("""{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"shown-1","namespace":"dev"},"spec":"hidden"}]}""", "", "1.1")]
    public async Task An_answer_with_something_else_than_the_object_that_was_asked_for_does_not_arrive(string body, string rest, string version)
    {
        await using var scene = await StartAsync("application/json", body);
        using var response = await scene.Client(new(version)).GetAsync($"{Pods}/shown-1{rest}");
        var text = await response.Content.ReadAsStringAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway, text);
        text.ShouldNotContain("hidden");
        text.ShouldContain("not the object that was asked for");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    public async Task Nor_does_it_in_answer_to_somebody_who_asks_to_switch_protocols(string subresource)
    {
        await using var scene = await StartAsync("application/json", Hidden);
        using var response = await scene.Client().SendAsync(
            "GET", $"{Pods}/shown-1{subresource}", null, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==");

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("hidden");
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("application/cbor")]
    [InlineData("text/plain")]
    public async Task Nor_does_one_in_a_form_that_cannot_be_read(string type)
    {
        await using var scene = await StartAsync(type, Hidden);
        using var response = await scene.Client().GetAsync($"{Pods}/shown-1");

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("hidden");
        scene.Requests.Single().Values("Accept").ShouldBe(["application/json"]);
    }

    [Fact]
    public async Task The_object_itself_arrives_as_it_is_and_so_does_what_is_no_object()
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => r.RequestLine.Contains("/log", StringComparison.Ordinal)
            ? ScriptedScene.ReplyAsync(r, "200 OK", "text/plain", "line"u8.ToArray())
            : ScriptedScene.ReplyAsync(r, "200 OK", "application/json", Encoding.UTF8.GetBytes(Shown)));

        (await scene.Client().GetStringAsync($"{Pods}/shown-1")).ShouldBe(Shown);
        (await scene.Client().GetStringAsync($"{Pods}/shown-1/log")).ShouldBe("line");
    }

    [Fact]
    public async Task Where_all_of_a_kind_may_be_seen_nothing_is_looked_at()
    {
        await using var scene = await StartAsync("application/yaml", "a: b");
        using var response = await scene.Client().SendAsync("GET", "api/v1/namespaces/dev/configmaps/any", null, "Accept: application/yaml");

        (await response.Content.ReadAsStringAsync()).ShouldBe("a: b");
        scene.Requests.Single().Values("Accept").ShouldBe(["application/yaml"]);
    }

    [Theory]
    [InlineData("?fieldSelector=metadata.name%3Dshown-1", "shown-1")]
    [InlineData("", "shown-1 shown-2")]
    public async Task A_deletion_takes_what_the_selector_names_of_what_the_roles_show(string query, string expected)
    {
        await using var scene = await StartAsync("application/json", List);
        using var response = await scene.Client().DeleteAsync(Pods + query);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var deleted = scene.Requests.Where(r => r.RequestLine.StartsWith("DELETE", StringComparison.Ordinal)).Select(r => r.RequestLine.Split(' ')[1].Split('/')[^1]);
        string.Join(' ', deleted).ShouldBe(expected);
    }

    private static Task<ScriptedScene> StartAsync(string type, string body) =>
        ScriptedScene.StartAsync(Manifests, r => ScriptedScene.ReplyAsync(r, "200 OK", type, Encoding.UTF8.GetBytes(body)));
}
