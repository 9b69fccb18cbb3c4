using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.Paging;
using Tidegate.Simulation.Objects;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Lists in pages, for somebody who sees a part: neither a token, nor that there is one, nor how full a page is says what is hidden.</summary>
public sealed partial class SealedPagesTests : IAsyncLifetime
{
    private const string Secrets = "api/v1/namespaces/dev/secrets";

    private const string TableOnly = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private const string MetadataOnly = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    private const string Restricted = """
        kind: role
        version: v8
        metadata: {name: web}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
            - {kind: secrets, api_group: '', namespace: dev, name: 'web-*', verbs: [get, list, watch, delete, deletecollection]}
        ---
        kind: user
        version: v2
        metadata: {name: bob}
        spec: {roles: [web]}
        ---
        kind: role
        version: v8
        metadata: {name: everything}
        spec: {allow: {kubernetes_labels: {'*': '*'}, kubernetes_groups: [admins]}}
        ---
        kind: user
        version: v2
        metadata: {name: root}
        spec: {roles: [everything]}

        """;

    private const string Alice = """
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [web]}
        """;

    private ClusterScene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Restricted + Alice);
        foreach (var name in (string[])["aa-hidden", "bb-hidden", "web-1", "web-2", "web-2-a", "xx-hidden", "yy-hidden", "zz-hidden"])
        {
            Add(name, name.EndsWith("hidden", StringComparison.Ordinal) ? "db" : "web");
        }
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    public static TheoryData<string, string, int> Pages()
    {
        var all = new TheoryData<string, string, int>();
        foreach (var accept in (string[])["application/json", TableOnly, MetadataOnly, Protobuf, $"{Protobuf};as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"])
        {
            foreach (var limit in (int[])[1, 2, 3, 4, 500])
            {
                all.Add(limit % 2 == 0 ? "2.0" : "1.1", accept, limit);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_full_of_what_may_be_seen_and_the_last_has_no_token(string version, string accept, int limit)
    {
        var (pages, tokens, next) = (new List<string>(), new List<string>(), "");
        do
        {
            using var response = await scene.Client("alice", new(version)).SendAsync(
                "GET", $"{Secrets}?limit={limit}{(next.Length > 0 ? $"&continue={next}" : "")}", null, $"Accept: {accept}");
            var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
            ((int)response.StatusCode).ShouldBe(200, body);
            body.ShouldNotContain("remainingItemCount");
            TellsNothing(body);
            pages.Add(string.Join(' ', Shown().Matches(body).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)));
            next = Token().Match(body).Value;
            tokens.AddRange(next.Length > 0 ? [next] : []);
        }
        while (next.Length > 0);

        pages.ShouldBe(limit switch { 1 => ["web-1", "web-2", "web-2-a"], 2 => ["web-1 web-2", "web-2-a"], _ => ["web-1 web-2 web-2-a"] });
        tokens.Select(t => t.Length).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData("limit=1&labelSelector=app%3Ddb")]
    [InlineData("limit=1&labelSelector=app%3Dnone")]
    [InlineData("limit=1&fieldSelector=metadata.name%3Dzz-hidden")]
    [InlineData("limit=2&fieldSelector=metadata.name%3E")]
    [InlineData("limit=3")]
    [InlineData("limit=3&labelSelector=app%3Dweb")]
    [InlineData("limit=3&fieldSelector=metadata.name!%3Dzz-hidden")]
    [InlineData("limit=0&labelSelector=app%3Ddb")]
    [InlineData("limit=1&resourceVersion=0&labelSelector=app%3Ddb")]
    public async Task The_answer_is_the_same_whether_a_hidden_object_matches_or_not(string query)
    {
        var with = await AnswerAsync(query);
        foreach (var name in (string[])["aa-hidden", "bb-hidden", "xx-hidden", "yy-hidden", "zz-hidden"])
        {
            scene.Cluster.Store.Delete(ResourceTypes.Secrets, "dev", name);
        }

        (await AnswerAsync(query)).ShouldBe(with);
    }

    [Fact]
    public async Task A_token_goes_on_for_its_person_cluster_path_and_selectors_alone()
    {
        var token = await TokenAsync("alice", "limit=1&labelSelector=app%3Dweb&fieldSelector=metadata.namespace%3Ddev");
        const string Same = "labelSelector=app%3Dweb&fieldSelector=metadata.namespace%3Ddev";
        var raw = await TokenAsync("root", "limit=1");

        (await StatusAsync("alice", $"{Secrets}?limit=5&{Same}&continue={token}")).ShouldBe(200);
        (await StatusAsync("alice", $"{Secrets}?continue={token}&fieldSelector=metadata.namespace=dev&label%53elector=app%3dweb")).ShouldBe(200, "the same list in another spelling");
        (string Person, string Path)[] others =
        [
            ("bob", $"{Secrets}?limit=1&{Same}&continue={token}"),
            ("alice", $"{Secrets}?limit=1&continue={token}"),
            ("alice", $"{Secrets}?limit=1&labelSelector=app%3Ddb&fieldSelector=metadata.namespace%3Ddev&continue={token}"),
            ("alice", $"{Secrets}?limit=1&labelSelector=app%3Dweb&continue={token}"),
            ("alice", $"api/v1/secrets?limit=1&{Same}&continue={token}"),
            ("alice", $"{Secrets}?limit=1&{Same}&continue={token}A"),
            ("alice", $"{Secrets}?limit=1&{Same}&continue={token[..^2]}"),
            ("alice", $"{Secrets}?limit=1&continue={raw}"),
            ("alice", $"{Secrets}?limit=1&c%6Fntinue={raw}"),
            ("alice", $"{Secrets}?limit=1&continue={raw}&continue={token}"),
            ("alice", $"{Secrets}?continue=anything"),
        ];
        foreach (var (person, path) in others)
        {
            var status = await scene.Client(person).JsonAsync("GET", path, null, 410, "Accept: application/json");
            ((string?)status["reason"]).ShouldBe("Expired", path);
            ((string?)status["message"]).ShouldBe(ContinueSeal.Expired);
            status["metadata"]!.ToJsonString().ShouldBe("{}");
        }

        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget.Contains("limit=1", StringComparison.Ordinal) && r.RawTarget.Contains(raw, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_not_restricted_gets_and_sends_the_cluster_s_own()
    {
        var page = await scene.Client("root").GetJsonAsync($"{Secrets}?limit=1");
        var token = (string)page["metadata"]!["continue"]!;

        Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).ShouldContain("aa-hidden");
        ((long?)page["metadata"]!["remainingItemCount"]).ShouldBe(7);
        (await StatusAsync("root", $"{Secrets}?limit=1&continue={token}")).ShouldBe(200);
        scene.Cluster.Requests[^1].RawTarget.ShouldBe($"/{Secrets}?limit=1&continue={token}");
        (await StatusAsync("root", $"{Secrets}?limit=1&continue=anything")).ShouldBe(400, "the cluster's own answer");
    }

    [Fact]
    public async Task Tokens_outlive_a_change_of_roles_as_far_as_they_tell_nothing()
    {
        var token = await TokenAsync("alice", "limit=1");
        scene.Apply(Restricted + Alice.Replace("[web]", "[everything]", StringComparison.Ordinal));
        Listing.Names(await scene.Client("alice").GetJsonAsync($"{Secrets}?limit=2&continue={token}")).ShouldBe(["dev/web-2", "dev/web-2-a"]);
        (await StatusAsync("alice", $"{Secrets}?limit=2&continue={token[..^3]}")).ShouldBe(410);
        (await StatusAsync("root", $"{Secrets}?limit=2&continue={token}")).ShouldBe(410, "it is not root's");
        var raw = await TokenAsync("alice", "limit=1");
        scene.Apply(Restricted + Alice);

        (await StatusAsync("alice", $"{Secrets}?limit=1&continue={raw}")).ShouldBe(410);
        Listing.Names(await scene.Client("alice").GetJsonAsync($"{Secrets}?limit=5&continue={token}")).ShouldBe(["dev/web-2", "dev/web-2-a"]);
    }

    [Fact]
    public async Task A_key_that_is_exchanged_opens_until_it_is_gone()
    {
        var (token, old, young) = (await TokenAsync("alice", "limit=1"), scene.Gate.Seal.Current, new byte[32]);
        old.ShouldNotBeNull();
        scene.Gate.Seal.Current = new([young], RandomNumberGenerator.Fill);

        (await StatusAsync("alice", $"{Secrets}?limit=1&continue={token}")).ShouldBe(410);
        scene.Gate.Seal.Current = old;
        (await StatusAsync("alice", $"{Secrets}?limit=1&continue={token}")).ShouldBe(200);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(Protobuf)]
    public async Task A_cluster_s_own_answer_to_an_expired_token_brings_a_sealed_one(string accept)
    {
        var token = await TokenAsync("alice", "limit=1");
        scene.Cluster.Store.Compact();
        using var response = await scene.Client("alice").SendAsync("GET", $"{Secrets}?limit=1&continue={token}", null, $"Accept: {accept}");
        var body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());

        response.StatusCode.ShouldBe(HttpStatusCode.Gone, body);
        body.ShouldContain("Expired");
        body.ShouldContain("inconsistent list");
        TellsNothing(body);
        Listing.Names(await scene.Client("alice").GetJsonAsync($"{Secrets}?limit=5&continue={Token().Match(body).Value}")).ShouldBe(["dev/web-2", "dev/web-2-a"]);
    }

    [Fact]
    public async Task A_deletion_takes_its_limit_and_its_token_from_the_client()
    {
        var token = await TokenAsync("alice", "limit=1");
        var raw = await TokenAsync("root", "limit=1");
        var status = await scene.Client("alice").JsonAsync("DELETE", $"{Secrets}?continue={raw}", null, 410);
        ((string?)status["reason"]).ShouldBe("Expired");
        scene.Cluster.Requests.ShouldNotContain(r => r.Method == "DELETE");

        status = await scene.Client("alice").JsonAsync("DELETE", $"{Secrets}?limit=1&continue={token}", null, 200);
        ((string?)status["message"]).ShouldBe("1 objects deleted");
        Listing.Names(await scene.Client("alice").GetJsonAsync(Secrets)).ShouldBe(["dev/web-1", "dev/web-2-a"]);
        await scene.Client("alice").JsonAsync("DELETE", $"{Secrets}?limit=1", null, 200);
        Listing.Names(await scene.Client("alice").GetJsonAsync(Secrets)).ShouldBe(["dev/web-2-a"]);
    }

    private void Add(string name, string app) => scene.Cluster.AddObject("dev", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = app } },
    });

    private async Task<string> TokenAsync(string person, string query) =>
        (string)(await scene.Client(person).GetJsonAsync($"{Secrets}?{query}"))["metadata"]!["continue"]!;

    private async Task<int> StatusAsync(string person, string path)
    {
        using var response = await scene.Client(person).SendAsync("GET", path, null);
        return (int)response.StatusCode;
    }

    /// <summary>Status, names, and of the metadata all but the token's and the version's own words.</summary>
    private async Task<string> AnswerAsync(string query)
    {
        using var response = await scene.Client("alice").SendAsync("GET", $"{Secrets}?{query}", null, "Accept: application/json");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var metadata = string.Join(' ', body["metadata"]!.AsObject().Select(m => m.Key));
        return $"{(int)response.StatusCode} {metadata}: {(body["items"] is { } items ? string.Join(' ', items.AsArray().Select(i => Listing.NameOf(i!))) : body["message"])}";
    }

    /// <summary>Neither as it stands there nor in base64 of any alignment.</summary>
    private static void TellsNothing(string body)
    {
        body.ShouldNotContain("hidden");
        foreach (Match word in Word().Matches(body))
        {
            for (var cut = 0; cut < 4 && cut < word.Length; cut++)
            {
                var text = word.Value[cut..].TrimEnd('=');
                text = text[..(text.Length / 4 * 4)].Replace('-', '+').Replace('_', '/');
                var bytes = new byte[text.Length];
                if (Convert.TryFromBase64String(text, bytes, out var count))
                {
                    Encoding.Latin1.GetString(bytes, 0, count).ShouldNotContain("hidden");
                }
            }
        }
    }

    [GeneratedRegex("web-[0-9](-a)?(?![-a-z0-9])")]
    private static partial Regex Shown();

    [GeneratedRegex("tidegate1[.][A-Za-z0-9_-]+")]
    private static partial Regex Token();

    [GeneratedRegex("[A-Za-z0-9+/_=-]{12,}")]
    private static partial Regex Word();
}
