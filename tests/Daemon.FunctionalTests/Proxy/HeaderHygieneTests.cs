using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// What a client may not say about itself never reaches a cluster, and what the gate says cannot be taken away: the table in
/// <c>hygiene.cases</c>, checked on the bytes that arrive.
/// </summary>
public sealed class HeaderHygieneTests(Scene scene) : IClassFixture<Scene>
{
    private const string Bearer = "base64url.bearer.authorization.k8s.io.c2VjcmV0";

    private static readonly IReadOnlyDictionary<string, CaseEntry> Table = CaseFile.Read("Proxy/hygiene.cases");

    public static TheoryData<string> Names => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_request_carries_what_it_may(string name)
    {
        var entry = Table[name];
        var before = scene.Upstream.Count;

        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods", [.. entry.All('>').Select(Utf8AsLatin1)]));

        if (entry.All('=') is [var status])
        {
            head.Status.ToString(System.Globalization.CultureInfo.InvariantCulture).ShouldBe(status);
            ((string?)JsonNode.Parse(body)!["message"]).ShouldBe(entry.One('!'));
            scene.Upstream.Count.ShouldBe(before, "a refused request must not reach the cluster");
            return;
        }

        head.Status.ShouldBe(200);
        var seen = await scene.Upstream.NextAsync();
        ShouldBeAlice(seen, entry.All('g') is { Count: > 0 } groups ? groups : ["devs", "ops,eu"]);
        foreach (var line in entry.All('+'))
        {
            seen.Lines.ShouldContain(Utf8AsLatin1(line));
        }

        foreach (var absent in entry.All('-'))
        {
            seen.Values(absent).ShouldBeEmpty($"{absent} must not be sent");
        }
    }

    [Theory]
    [InlineData("Connection: Upgrade, X-Mine", "v5.channel.k8s.io, " + Bearer)]
    [InlineData("Connection: upgrade", Bearer + ",v5.channel.k8s.io")]
    [InlineData("Connection: x-mine\r\nConnection: Upgrade", "v5.channel.k8s.io\r\nSec-WebSocket-Protocol: " + Bearer)]
    public async Task An_upgrade_carries_what_it_may(string connection, string protocols)
    {
        await scene.ExchangeAsync(Scene.Get(
            "/clusters/c1/api/v1/namespaces/default/pods/web/exec?command=sh",
            connection,
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==",
            "Sec-WebSocket-Protocol: " + protocols));

        var seen = await scene.Upstream.NextAsync();
        ShouldBeAlice(seen, ["devs", "ops,eu"]);
        seen.Values("Connection").ShouldHaveSingleItem().ToLowerInvariant().ShouldBe("upgrade");
        seen.Values("Sec-WebSocket-Protocol").ShouldBe(["v5.channel.k8s.io"]);
        seen.Head.ShouldNotContain("bearer.authorization", Case.Insensitive);
    }

    [Fact]
    public async Task Stream_protocol_versions_stay_separate_lines()
    {
        await scene.ExchangeAsync(
            "POST /clusters/c1/api/v1/namespaces/default/pods/web/exec?command=sh HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
            + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\nX-Stream-Protocol-Version: v3.channel.k8s.io\r\nContent-Length: 0\r\n\r\n");

        var seen = await scene.Upstream.NextAsync();
        seen.Values("X-Stream-Protocol-Version").ShouldBe(["v4.channel.k8s.io", "v3.channel.k8s.io"]);
    }

    [Fact]
    public async Task A_cluster_without_a_token_gets_no_authorization()
    {
        await using var own = await Scene.StartAsync();
        var (certificate, key) = own.Gate.Clients.IssueClient("CN=gate");
        own.Gate.Apply(own.State.Cluster(
            "c1", own.CredentialOf(own.Upstream) with { Token = null, ClientCertificatePem = certificate, ClientKeyPem = key }));

        await own.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods", "Authorization: Bearer mine"));

        (await own.Upstream.NextAsync()).Values("Authorization").ShouldBeEmpty();
    }

    private static string Utf8AsLatin1(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private void ShouldBeAlice(RawRequest seen, IReadOnlyList<string> groups)
    {
        seen.Values("Impersonate-User").ShouldBe(["alice"]);
        seen.Values("Impersonate-Group").ShouldBe(groups);
        seen.Lines.Count(l => l.StartsWith("impersonate", StringComparison.OrdinalIgnoreCase)).ShouldBe(1 + groups.Count);
        seen.Values("Authorization").ShouldBe([$"Bearer {Scene.Token}"]);
        seen.Values("X-Forwarded-For").ShouldBe(["127.0.0.1"]);
        seen.Values("Host").ShouldBe([scene.Upstream.Address.Authority]);
    }
}
