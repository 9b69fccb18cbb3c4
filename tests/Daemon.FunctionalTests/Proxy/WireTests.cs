using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// How a request is framed, and what it declares to be for one connection only: what decides is what is sent. The tables in <c>wire.cases</c>,
/// <c>nominations.cases</c> and <c>http2-fields.cases</c>, over sockets, since the server rewrites some of these headers before anything of the gate's runs.
/// </summary>
public sealed partial class WireTests(Scene scene) : IClassFixture<Scene>
{
    private static readonly IReadOnlyDictionary<string, CaseEntry> Framing = CaseFile.Read("Proxy/wire.cases");

    private static readonly IReadOnlyDictionary<string, CaseEntry> Nominating = CaseFile.Read("Proxy/nominations.cases");

    public static TheoryData<string> FramingNames => CaseFile.Names(Framing);

    private static readonly IReadOnlyDictionary<string, CaseEntry> Fields = CaseFile.Read("Proxy/http2-fields.cases");

    public static TheoryData<string> FieldNames => CaseFile.Names(Fields);

    public static TheoryData<string> NominatingNames => CaseFile.Names(Nominating);

    [Theory]
    [MemberData(nameof(FramingNames))]
    public async Task A_request_is_framed_in_one_way_or_refused(string name)
    {
        var entry = Framing[name];
        var lines = entry.All('>');
        await SendAsync(entry, lines[0], lines.Skip(1));
    }

    [Theory]
    [MemberData(nameof(NominatingNames))]
    public async Task A_connection_header_takes_back_exactly_what_it_names_or_is_refused(string name)
    {
        var entry = Nominating[name];
        await SendAsync(entry, "GET /clusters/c1/api/v1/namespaces/a/pods", entry.All('>'));
    }

    [Theory]
    [MemberData(nameof(FieldNames))]
    public async Task A_request_over_http2_carries_no_header_of_a_connection(string name)
    {
        var entry = Fields[name];
        var before = scene.Upstream.Count;
        var body = entry.All(':') is [var text] ? text : "";
        var fields = entry.All('>').Select(l => l.Split(": ", 2)).Select(f => (f[0], Bytes(f[1])));

        var answer = await RawHttp2.AskAsync(
            scene.Gate.EndPoint,
            scene.CertificateOf("alice"),
            [(":method", body.Length == 0 ? "GET" : "POST"), (":scheme", "https"), (":authority", "g"), (":path", "/clusters/c1/api/v1/namespaces/a/pods"), .. fields],
            body);

        if (entry.All('=') is ["malformed"])
        {
            (answer.StartsWith("reset ", StringComparison.Ordinal) || answer.StartsWith("goaway ", StringComparison.Ordinal)).ShouldBeTrue(answer);
            scene.Upstream.Count.ShouldBe(before);
        }
        else if (entry.All('=') is [var status])
        {
            var refusal = JsonNode.Parse(answer)!;
            ((string?)refusal["message"]).ShouldBe(entry.One('!'));
            ((int?)refusal["code"]).ShouldBe(int.Parse(status, CultureInfo.InvariantCulture));
            scene.Upstream.Count.ShouldBe(before);
        }
        else
        {
            answer.ShouldBe("{}");
            await ShouldSeeAsync(entry);
        }
    }

    [Theory]
    [InlineData("Connection: close", true)]
    [InlineData("Connection: close, X-Drop", true)]
    [InlineData("Connection: X-Drop\r\nConnection: CLOSE", true)]
    [InlineData("Connection: keep-alive, close", true)]
    [InlineData("Connection: keep-alive", false)]
    [InlineData("Connection: keep-alive, X-Drop", false)]
    [InlineData("X-Other: 1", false)]
    public async Task A_connection_is_closed_after_the_answer_where_the_client_asks_for_it(string header, bool closes)
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/version", header));
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        await scene.Upstream.NextAsync();

        if (closes)
        {
            (await client.ReadToEndAsync()).ShouldBeEmpty();
            return;
        }

        await client.SendAsync(Scene.Get("/clusters/c1/version", header));
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        await scene.Upstream.NextAsync();
    }

    [Fact]
    public async Task What_one_request_takes_back_the_next_on_its_connection_keeps()
    {
        await using var client = await scene.ConnectAsync();
        string[] connections = ["X-Drop", "keep-alive, X-Drop", "keep-alive", "X-Drop", "keep-alive"];
        foreach (var connection in connections)
        {
            await client.SendAsync(Scene.Get("/clusters/c1/version", $"Connection: {connection}", "X-Drop: 1"));
            (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
            (await scene.Upstream.NextAsync()).Values("X-Drop").Count.ShouldBe(connection == "keep-alive" ? 1 : 0, connection);
        }
    }

    private async Task SendAsync(CaseEntry entry, string request, IEnumerable<string> headers)
    {
        var before = scene.Upstream.Count;
        var body = entry.All(':') is [var text] ? text : "";
        await using var client = await scene.ConnectAsync();

        await client.SendAsync(Bytes($"{request} HTTP/1.1\\x0d\\x0aHost: g\\x0d\\x0a{string.Concat(headers.Select(h => h + "\\x0d\\x0a"))}\\x0d\\x0a{body}"));

        var (head, answer) = await client.ReadResponseAsync();
        if (entry.All('~') is [var bare])
        {
            head.Status.ToString(CultureInfo.InvariantCulture).ShouldBe(bare);
            answer.ShouldBeEmpty("the server's own parser must have refused it");
            scene.Upstream.Count.ShouldBe(before);
        }
        else if (entry.All('=') is [var status])
        {
            head.Status.ToString(CultureInfo.InvariantCulture).ShouldBe(status, answer);
            ((string?)JsonNode.Parse(answer)!["message"]).ShouldBe(entry.One('!'));
            scene.Upstream.Count.ShouldBe(before, "a refused request must not reach the cluster whole");
        }
        else
        {
            head.Status.ShouldBe(200, answer);
            await ShouldSeeAsync(entry);
        }
    }

    private async Task ShouldSeeAsync(CaseEntry entry)
    {
        var seen = await scene.Upstream.NextAsync();
        foreach (var line in entry.All('+'))
        {
            seen.Lines.ShouldContain(line);
        }

        foreach (var absent in entry.All('-'))
        {
            seen.Values(absent).ShouldBeEmpty($"{absent} must not be sent");
        }

        if (entry.All('b') is [var body])
        {
            System.Text.Encoding.Latin1.GetString(seen.Body).ShouldBe(body);
        }

        seen.Values("Impersonate-User").ShouldBe(["alice"]);
        seen.Values("Impersonate-Group").ShouldBe(["devs", "ops,eu"]);
        seen.Head.ShouldNotContain("bearer.authorization", Case.Insensitive);
    }

    private static string Bytes(string text) =>
        Escape().Replace(text, m => ((char)int.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex(@"\\x([0-9a-f]{2})")]
    private static partial Regex Escape();
}
