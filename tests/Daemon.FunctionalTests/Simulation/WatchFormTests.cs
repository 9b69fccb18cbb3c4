using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Tidegate.Simulation;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>What the events of a watch look like in each form, with the initial ones and the bookmark after them.</summary>
public sealed class WatchFormTests : IAsyncLifetime
{
    private const string Initial = "sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";

    private ApiClient? client;

    private ApiClient Api => client!;

    public async Task InitializeAsync() => client = await ApiClient.StartAsync(new SimulatedClusterOptions());

    [Theory]
    [InlineData("", "PartialObjectMetadata", "PartialObjectMetadata")]
    [InlineData("&includeObject=None", null, "PartialObjectMetadata")]
    [InlineData("&includeObject=Object", "Pod", "Pod")]
    public async Task Only_the_first_table_has_columns(string include, string? row, string bookmark)
    {
        using StreamReader lines = await LinesAsync($"/api/v1/namespaces/default/pods?watch=1&{Initial}{include}", "application/json;as=Table;v=v1;g=meta.k8s.io");
        JsonNode[] events = [await NextAsync(lines), await NextAsync(lines), await NextAsync(lines)];
        Api.Cluster.AddPod("default", "web-9");
        JsonNode added = await NextAsync(lines);

        events[0].Items("object", "columnDefinitions").Count().ShouldBe(9);
        foreach (JsonNode later in events.Skip(1).Append(added))
        {
            later["object"]!.AsObject().ContainsKey("columnDefinitions").ShouldBeTrue();
            later.At("object", "columnDefinitions").ShouldBeNull();
        }

        Row(events[0])["object"].Text("kind").ShouldBe(row);
        events[2].Text("type").ShouldBe("BOOKMARK");
        Row(events[2])["object"].Text("kind").ShouldBe(bookmark);
        Row(events[2])["object"].Text("metadata", "annotations", "k8s.io/initial-events-end").ShouldBe("true");
        Row(added).Items("cells").First().GetValue<string>().ShouldBe("web-9");
    }

    [Theory]
    [InlineData("application/vnd.kubernetes.protobuf", "Pod")]
    [InlineData("application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "PartialObjectMetadata")]
    public async Task Protobuf_events_carry_their_length(string accept, string kind)
    {
        using HttpResponseMessage response = await Api.SendAsync("GET", $"/api/v1/namespaces/default/pods?watch=1&{Initial}", null, $"Accept: {accept}");
        await using Stream body = await response.Content.ReadAsStreamAsync(Api.Cancelled);

        response.Content.Headers.GetValues("Content-Type").Single().Replace(" ", "").ShouldBe("application/vnd.kubernetes.protobuf;stream=watch");
        (await EventAsync(body)).ShouldBe(("ADDED", kind, "web-0"));
        (await EventAsync(body)).ShouldBe(("ADDED", kind, "web-1"));
        (await EventAsync(body)).ShouldBe(("BOOKMARK", kind, ""));
        Api.Cluster.RemovePod("default", "web-0");
        (await EventAsync(body)).ShouldBe(("DELETED", kind, "web-0"));
    }

    [Fact]
    public async Task Metadata_events_have_metadata_and_nothing_else()
    {
        using StreamReader lines = await LinesAsync($"/api/v1/namespaces/default/secrets?watch=1&{Initial}", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");

        (await NextAsync(lines))["object"]!.AsObject().Select(p => p.Key).ShouldBe(["kind", "apiVersion", "metadata"]);
    }

    [Theory]
    [InlineData("/api/v1/watch/namespaces/default/pods/web-1?allowWatchBookmarks=true")]
    [InlineData("/api/v1/namespaces/default/pods?watch=1&fieldSelector=metadata.name%3Dweb-1")]
    public async Task A_watch_of_one_name_sends_no_other(string path)
    {
        using StreamReader lines = await LinesAsync(path, "application/json");

        (await NextAsync(lines)).At("object").Text("metadata", "name").ShouldBe("web-1");
        Api.Cluster.RemovePod("default", "web-0");
        Api.Cluster.RemovePod("default", "web-1");
        JsonNode gone = await NextAsync(lines);
        (gone.Text("type"), gone["object"].Text("metadata", "name")).ShouldBe(("DELETED", "web-1"));
    }

    [Fact]
    public async Task An_object_that_stops_to_match_is_deleted_as_it_last_matched()
    {
        using StreamReader lines = await LinesAsync("/api/v1/namespaces/default/pods?watch=1&labelSelector=app%3Dweb", "application/json");
        await NextAsync(lines);
        await NextAsync(lines);

        await Api.ExchangeAsync("PATCH", "/api/v1/namespaces/default/pods/web-0", """{"metadata":{"labels":{"app":"api"}}}""", "Content-Type: application/merge-patch+json");

        JsonNode gone = await NextAsync(lines);
        gone.Text("type").ShouldBe("DELETED");
        gone.At("object").Text("metadata", "labels", "app").ShouldBe("web");
        gone.At("object").Text("metadata", "resourceVersion").ShouldBe($"{Api.Cluster.Store.Revision}");
    }

    public async Task DisposeAsync()
    {
        if (client is not null)
        {
            await client.DisposeAsync();
        }
    }

    private static JsonNode Row(JsonNode change) => change.Items("object", "rows").Single();

    private async Task<StreamReader> LinesAsync(string path, string accept)
    {
        HttpResponseMessage response = await Api.SendAsync("GET", path, null, $"Accept: {accept}");
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        return new StreamReader(await response.Content.ReadAsStreamAsync(Api.Cancelled));
    }

    private async Task<JsonNode> NextAsync(StreamReader lines) => JsonNode.Parse((await lines.ReadLineAsync(Api.Cancelled)).ShouldNotBeNull())!;

    private async Task<(string Change, string Kind, string Name)> EventAsync(Stream body)
    {
        byte[] length = new byte[4];
        await body.ReadExactlyAsync(length, Api.Cancelled);
        byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await body.ReadExactlyAsync(frame, Api.Cancelled);

        // WatchEvent: 1 is the type, 2 a RawExtension whose only field is the object in its envelope.
        int typeLength = frame[1];
        int envelope = frame.AsSpan().IndexOf(ProtobufReader.Magic);
        JsonObject item = ProtobufReader.Read(frame.AsSpan(envelope));
        return (System.Text.Encoding.UTF8.GetString(frame, 2, typeLength), item.Text("kind") ?? "", item.Name());
    }
}
