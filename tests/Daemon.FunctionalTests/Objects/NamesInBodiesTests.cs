using System.Formats.Cbor;
using System.Net.Http.Headers;
using System.Text;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Creates are decided by the name in their bodies, and the bodies arrive as they were sent.</summary>
public sealed class NamesInBodiesTests : IAsyncLifetime
{
    private const string Maps = "api/v1/namespaces/dev/configmaps";

    private static readonly string Manifests = OneRole.Manifests(
        "app",
        "{kind: configmaps, api_group: '', namespace: dev, name: 'app-*', verbs: ['*']}",
        "{kind: pods, api_group: '', namespace: dev, name: 'app-*', verbs: [create]}",
        "{kind: pods, api_group: '', namespace: dev, name: 'old-*', verbs: [delete]}");

    private ScriptedScene scene = null!;

    public async Task InitializeAsync() => scene = await ScriptedScene.StartAsync(Manifests, r => ScriptedScene.ReplyAsync(r, "201 Created", "application/json", "{}"u8.ToArray()));

    public async Task DisposeAsync() => await scene.DisposeAsync();

    public static TheoryData<string, string, int> Bodies()
    {
        var all = new TheoryData<string, string, int>();
        foreach (var type in (string[])["application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"])
        {
            all.Add(type, "app-1", 201);
            all.Add(type, "other", 403);
            all.Add(type, "", 403);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Every_encoding_is_read_and_arrives_unchanged(string type, string name, int status)
    {
        var body = Body(type, name);
        (await PostAsync(Maps, new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } })).ShouldBe(status);

        scene.Requests.Select(r => Convert.ToHexString(r.Body)).ShouldBe(status == 201 ? [Convert.ToHexString(body)] : []);
        scene.Requests.ShouldAllBe(r => r.Values("Content-Type").Single() == type);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"app-1","Name":"other"}}""", 400)]
    [InlineData("""{"Metadata":{"name":"other"},"metadata":{"name":"app-1"}}""", 400)]
    [InlineData("""{"metadata":{"name":"app-1"},"metadata":{"name":"other"}}""", 400)]
    [InlineData("""{"metadata":{"name":"app-1"}} {"metadata":{"name":"other"}}""", 400)]
    [InlineData("""{"metadata":{"name":["app-1"]}}""", 400)]
    [InlineData("""{"metadata":{"n\u0061me":"app-1"}}""", 201)]
    [InlineData("""[{"metadata":{"name":"app-1"}}]""", 400)]
    [InlineData("", 400)]
    public async Task A_body_that_two_readers_could_read_differently_is_refused(string body, int status)
    {
        (await PostAsync(Maps, new StringContent(body, Encoding.UTF8, "application/json"))).ShouldBe(status);

        scene.Requests.Count.ShouldBe(status == 201 ? 1 : 0);
    }

    [Theory]
    [InlineData("app-1", 201)]
    [InlineData("other", 403)]
    public async Task A_dry_run_is_a_create(string name, int status) =>
        (await PostAsync($"{Maps}?dryRun=All", new ByteArrayContent(Body("application/json", name)) { Headers = { ContentType = new("application/json") } })).ShouldBe(status);

    [Theory]
    [InlineData("app-1", 201)]
    [InlineData("other", 403)]
    public async Task A_chunked_body_is_read_to_its_end_and_arrives_whole(string name, int status)
    {
        var body = Encoding.ASCII.GetString(Body("application/json", name));
        var chunks = string.Concat(body.Chunk(7).Select(c => $"{c.Length:x}\r\n{new string(c)}\r\n")) + "0\r\n\r\n";
        (await RawAsync($"Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n{chunks}")).ShouldBe(status);

        scene.Requests.Select(r => Encoding.ASCII.GetString(r.Body)).ShouldBe(status == 201 ? [body] : []);
    }

    [Fact]
    public async Task Who_waits_to_be_told_to_send_the_body_is_told()
    {
        var body = Body("application/json", "app-1");
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"POST /clusters/c1/{Maps} HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        (await client.ReadHeadAsync()).Status.ShouldBe(100);
        await client.SendAsync(Encoding.ASCII.GetString(body));

        (await client.ReadHeadAsync()).Status.ShouldBe(201);
        scene.Requests.Single().Body.ShouldBe(body);
    }

    [Theory]
    [InlineData("Content-Length: 4000000\r\nContent-Type: application/json\r\n\r\n", 413)]
    [InlineData("Content-Encoding: gzip\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}", 415)]
    [InlineData("Content-Length: 2\r\nContent-Type: application/json\r\nContent-Type: application/yaml\r\n\r\n{}", 400)]
    [InlineData("Content-Length: 2\r\nContent-Type: text/json\r\n\r\n{}", 415)]
    public async Task What_cannot_be_read_does_not_go_on(string rest, int status)
    {
        (await RawAsync(rest)).ShouldBe(status);

        scene.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_chunked_body_that_is_too_long_is_refused_before_its_end()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"POST /clusters/c1/{Maps} HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n400000\r\n{new string(' ', 0x400000)}\r\n");

        (await client.ReadHeadAsync()).Status.ShouldBe(413);
        scene.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_breaks_off_never_reaches_the_cluster()
    {
        await using (var client = await scene.ConnectAsync())
        {
            await client.SendAsync($"POST /clusters/c1/{Maps} HTTP/1.1\r\nHost: g\r\nAudit-ID: cut\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"metadata\":");
            await client.FinishAsync();
        }

        await scene.Gate.AuditRecordAsync(r => (string?)r["audit_id"] == "cut");
        scene.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pods/old-1/eviction", "other", 201)]
    [InlineData("pods/new-1/eviction", "old-1", 403)]
    [InlineData("pods/app-1/binding", "other", 201)]
    [InlineData("pods/other/binding", "app-1", 403)]
    [InlineData("configmaps/app-1", "other", 201)]
    [InlineData("configmaps/other", "app-1", 403)]
    public async Task Where_the_path_has_a_name_the_one_in_the_body_decides_nothing(string path, string name, int status)
    {
        (await PostAsync($"api/v1/namespaces/dev/{path}", new ByteArrayContent(Body("application/json", name)) { Headers = { ContentType = new("application/json") } })).ShouldBe(status);

        scene.Requests.Count.ShouldBe(status == 201 ? 1 : 0);
    }

    private static byte[] Body(string type, string name) => type switch
    {
        "application/json" => Encoding.ASCII.GetBytes($$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{name}}" } }"""),
        "application/yaml" => Encoding.ASCII.GetBytes($"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: '{name}'}}\n"),
        "application/cbor" => Cbor(name),
        _ => [.. "k8s\0"u8, .. Field(1, [.. Field(1, "v1"u8), .. Field(2, "ConfigMap"u8)]), .. Field(2, Field(1, Field(1, Encoding.ASCII.GetBytes(name))))],
    };

    private static byte[] Cbor(string name)
    {
        var writer = new CborWriter();
        writer.WriteTag(CborTag.SelfDescribeCbor);
        writer.WriteStartMap(1);
        writer.WriteByteString("metadata"u8);
        writer.WriteStartMap(1);
        writer.WriteByteString("name"u8);
        writer.WriteByteString(Encoding.ASCII.GetBytes(name));
        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }

    /// <summary>A field of bytes in protobuf, shorter than 128.</summary>
    private static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];

    private async Task<int> PostAsync(string path, HttpContent content)
    {
        using var response = await scene.Client().SendAsync("POST", path, content);
        return (int)response.StatusCode;
    }

    private async Task<int> RawAsync(string rest)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync($"POST /clusters/c1/{Maps} HTTP/1.1\r\nHost: g\r\n{rest}");
        return (await client.ReadHeadAsync()).Status;
    }
}
