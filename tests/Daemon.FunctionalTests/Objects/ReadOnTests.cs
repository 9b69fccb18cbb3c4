using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Proxy;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>How a list is read on behind its first page, from a cluster made of a socket whose tokens, forms and failures are its own.</summary>
public sealed partial class ReadOnTests
{
    private const string Pods = "api/v1/namespaces/dev/pods";

    private static readonly string Manifests = OneRole.Manifests("shop", "{kind: pods, api_group: '', namespace: dev, name: 'shown-*', verbs: [list]}");

    /// <summary>Typed lists say first what they are, custom ones last; some have no items at all.</summary>
    [Theory]
    [InlineData("""{"kind":"PodList","apiVersion":"v1","metadata":META,"items":[ITEMS]}""")]
    [InlineData("""{"apiVersion":"v1","items":[ITEMS],"kind":"PodList","metadata":META}""")]
    [InlineData("""{"apiVersion":"v1","items":NULL,"kind":"PodList","metadata":META}""")]
    [InlineData("""{"metadata":META,"items":NULL,"total":12}""")]
    [InlineData("{\n  \"kind\": \"PodList\",\n  \"metadata\": META,\n  \"items\": [\n    ITEMS\n  ]\n}\n")]
    [InlineData("""{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":META,"columnDefinitions":[{"name":"Name"}],"rows":[ROWS]}""")]
    public async Task Whatever_the_order_in_which_a_list_says_things(string form)
    {
        string[] names = ["hidden-0", "hidden-1", "shown-0", "hidden-2", "hidden-3", "shown-1", "shown-2", "hidden-4"];
        foreach (var limit in (int[])[0, 1, 2, 3, 4])
        {
            await using var scene = await ScriptedScene.StartAsync(Manifests, r => AnswerAsync(r, form, names, mostOnPage: 2));
            var (pages, next) = (new List<string>(), "");
            do
            {
                var query = string.Join('&', new[] { limit > 0 ? $"limit={limit}" : "", next.Length > 0 ? $"continue={next}" : "" }.Where(p => p.Length > 0));
                var page = await scene.Client().GetJsonAsync($"{Pods}?{query}", "Accept: application/json");
                page.ToJsonString().ShouldNotContain("hidden");
                pages.Add(string.Join(' ', (page["items"] ?? page["rows"]) is JsonArray ? Listing.Names(page) : []));
                next = (string?)page["metadata"]!["continue"] ?? "";
                page["metadata"]!.AsObject().Select(m => m.Key).Except(["resourceVersion", "continue"]).ShouldBeEmpty();
                page.AsObject().Select(m => m.Key).ShouldBeUnique();
            }
            while (next.Length > 0);

            pages.ShouldBe(
                limit switch { 1 => ["dev/shown-0", "dev/shown-1", "dev/shown-2"], 2 => ["dev/shown-0 dev/shown-1", "dev/shown-2"], _ => ["dev/shown-0 dev/shown-1 dev/shown-2"] },
                $"limit {limit}");
        }
    }

    [Fact]
    public async Task It_is_read_on_within_a_bound_that_is_told_by_a_short_page_alone()
    {
        var names = Enumerable.Range(0, 200).Select(i => $"hidden-{i:d3}").Append("shown-0").ToArray();
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => AnswerAsync(r, """{"metadata":META,"items":[ITEMS]}""", names, mostOnPage: 1));
        var page = await scene.Client().GetJsonAsync($"{Pods}?limit=5");

        page["items"]!.AsArray().ShouldBeEmpty();
        ((string?)page["metadata"]!["continue"]).ShouldNotBeNull().ShouldStartWith("tidegate1.");
        scene.Requests.Count.ShouldBe(1 + PageReader.MostLooks);
        scene.Requests.Skip(1).ShouldAllBe(r => r.Values("Accept")[0].Contains("PartialObjectMetadataList", StringComparison.Ordinal), "only their names are asked for");
        var pages = 1;
        while ((string?)page["metadata"]!["continue"] is { } next)
        {
            page = await scene.Client().GetJsonAsync($"{Pods}?limit=5&continue={next}");
            pages++;
        }

        Listing.Names(page).ShouldBe(["dev/shown-0"]);
        pages.ShouldBe(4);
    }

    [Theory]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nno list !")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"items\":[")]
    [InlineData("nothing at all")]
    public async Task Where_the_cluster_fails_meanwhile_the_page_ends_and_can_be_gone_on_with(string failure)
    {
        string[] names = ["hidden-0", "shown-0", "hidden-1", "shown-1"];
        var fails = true;
        await using var scene = await ScriptedScene.StartAsync(Manifests, async r =>
        {
            if (fails && r.RequestLine.Contains("continue=", StringComparison.Ordinal))
            {
                await r.WriteAsync(failure);
                throw new IOException("cut");
            }

            await AnswerAsync(r, """{"metadata":META,"items":[ITEMS]}""", names, mostOnPage: 500);
        });
        var page = await scene.Client().GetJsonAsync($"{Pods}?limit=2");
        Listing.Names(page).ShouldBe(["dev/shown-0"]);

        fails = false;
        Listing.Names(await scene.Client().GetJsonAsync($"{Pods}?limit=2&continue={page["metadata"]!["continue"]}")).ShouldBe(["dev/shown-1"]);
    }

    [Fact]
    public async Task Further_pages_are_asked_for_as_the_first_was_but_for_what_belongs_to_the_first()
    {
        string[] names = ["hidden-0", "shown-0", "hidden-1", "shown-1"];
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => AnswerAsync(r, """{"metadata":META,"rows":[ROWS]}""", names, mostOnPage: 500));
        await scene.Client().GetJsonAsync(
            $"{Pods}?limit=2&labelSelector=a%3Db&resourceVersion=7&resourceVersionMatch=Exact&includeObject=None&fieldSelector=metadata.name!%3Dx", "Accept: application/json;as=Table;v=v1;g=meta.k8s.io");

        var (first, look, fetch) = (scene.Requests[0], scene.Requests[1], scene.Requests[2]);
        scene.Requests.Count.ShouldBe(3, "nothing follows the last page");
        first.RequestLine.ShouldContain("limit=2&labelSelector=a%3Db&resourceVersion=7&resourceVersionMatch=Exact&includeObject=Metadata");
        look.RequestLine.ShouldContain("?labelSelector=a%3Db&fieldSelector=metadata.name%21%3Dx&limit=8&continue=");
        fetch.RequestLine.ShouldContain("?labelSelector=a%3Db&includeObject=Metadata&fieldSelector=metadata.name!%3Dx&limit=2&continue=");
        fetch.Values("Accept").ShouldBe(first.Values("Accept"));
        scene.Requests.ShouldAllBe(r => r.Values("Impersonate-User").Single() == first.Values("Impersonate-User").Single() && r.Values("Impersonate-Group").Single() == "admins");
    }

    [Theory]
    [InlineData("500 Internal Server Error", """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"unable to transform key \"/registry/pods/dev/hidden\"","reason":"InternalError","code":500}""")]
    [InlineData("500 Internal Server Error", """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"hidden","reason":"StorageReadError","details":{"causes":[{"field":"/registry/pods/dev/hidden"}]},"code":500}""")]
    [InlineData("410 Gone", """{"kind":"Status","apiVersion":"v1","metadata":{"continue":"aGlkZGVu","remainingItemCount":9,"next":"hidden"},"status":"Failure","message":"x","reason":"Expired","code":410,"last":"hidden"}""")]
    public async Task An_error_tells_nothing_of_what_is_stored(string status, string body)
    {
        foreach (var query in (string[])["", "?watch=1"])
        {
            await using var scene = await ScriptedScene.StartAsync(
                Manifests.Replace("[list]", "[list, watch]", StringComparison.Ordinal), r => ScriptedScene.ReplyAsync(r, status, "application/json", Encoding.UTF8.GetBytes(body)));
            using var response = await scene.Client().GetAsync(Pods + query);
            var text = await response.Content.ReadAsStringAsync();

            ((int)response.StatusCode).ShouldBe(int.Parse(status[..3], System.Globalization.CultureInfo.InvariantCulture));
            text.ShouldNotContain("hidden");
            text.ShouldNotContain("aGlkZGVu");
            text.ShouldContain("\"reason\"");
        }
    }

    [Fact]
    public async Task An_error_in_a_form_of_its_own_does_not_arrive()
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => ScriptedScene.ReplyAsync(r, "500 Internal Server Error", "application/json", """{"error":"hidden"}"""u8.ToArray()));
        using var response = await scene.Client().GetAsync(Pods);

        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("hidden");
    }

    /// <summary>A page of the pods of these names, with tokens of another kind than Kubernetes'.</summary>
    private static Task AnswerAsync(RawRequest request, string form, string[] names, int mostOnPage)
    {
        var limit = Number(Limit().Match(request.RequestLine), mostOnPage);
        var start = Number(Continue().Match(request.RequestLine), 0);
        var page = names.Skip(start).Take(Math.Min(limit, mostOnPage)).ToList();
        var left = names.Length - start - page.Count;
        var metadata = left > 0
            ? $$$"""{"resourceVersion":"7","continue":"after-{{{start + page.Count}}}","remainingItemCount":{{{left}}}}"""
            : """{"resourceVersion":"7"}""";
        var items = page.Select(n => $$$"""{"metadata":{"name":"{{{n}}}","namespace":"dev"}}""").ToList();
        if (request.Values("Accept")[0].Contains("PartialObjectMetadataList", StringComparison.Ordinal))
        {
            form = """{"kind":"PartialObjectMetadataList","metadata":META,"items":[ITEMS]}""";
        }

        // An empty list may be null.
        form = form.Replace("NULL", page.TrueForAll(n => n.StartsWith("hidden", StringComparison.Ordinal)) ? "null" : "[ITEMS]", StringComparison.Ordinal);
        var body = form.Replace("META", metadata, StringComparison.Ordinal)
            .Replace("ITEMS", string.Join(", ", items), StringComparison.Ordinal)
            .Replace("ROWS", string.Join(',', items.Select(i => $$"""{"cells":["x"],"object":{{i}}}""")), StringComparison.Ordinal);
        return ScriptedScene.ReplyAsync(request, "200 OK", "application/json", Encoding.UTF8.GetBytes(body));
    }

    private static int Number(Match match, int otherwise) => match.Success ? int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex("limit=([0-9]+)")]
    private static partial Regex Limit();

    [GeneratedRegex("continue=after-([0-9]+)")]
    private static partial Regex Continue();
}
