using System.Text.Json.Nodes;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Requests and answers as the tests about objects need them again and again.</summary>
internal static class Listing
{
    public const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    /// <summary>Sends a request with its headers, written <c>Name: value</c>.</summary>
    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, string method, string path, HttpContent? content, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        foreach (var header in headers)
        {
            var at = header.IndexOf(": ", StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..at], header[(at + 2)..]);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The answer's JSON, whose status must be this one.</summary>
    public static async Task<JsonNode> JsonAsync(this HttpClient client, string method, string path, HttpContent? content, int status, params string[] headers)
    {
        using var response = await client.SendAsync(method, path, content, headers);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, $"{method} {path}: {body}");
        return JsonNode.Parse(body)!;
    }

    public static Task<JsonNode> GetJsonAsync(this HttpClient client, string path, params string[] headers) => client.JsonAsync("GET", path, null, 200, headers);

    /// <summary><c>namespace/name</c> of the objects of a list or table.</summary>
    public static IEnumerable<string> Names(JsonNode list) => (list["items"] ?? list["rows"])!.AsArray().Select(i => NameOf(i!["object"] ?? i));

    public static string NameOf(JsonNode item) => TableObjects.NameOf(item) is var (ns, name) && ns.Length > 0 ? $"{ns}/{name}" : (string)item["metadata"]!["name"]!;

    /// <summary>The next event of a watch in JSON lines; null at its end.</summary>
    public static async Task<JsonNode?> NextAsync(this StreamReader watch)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        return await watch.ReadLineAsync(limit.Token) is { } line ? JsonNode.Parse(line) : null;
    }

    public static async Task<StreamReader> WatchAsync(this HttpClient client, string path, params string[] headers)
    {
        var response = await client.SendAsync("GET", path, null, headers);
        if ((int)response.StatusCode != 200)
        {
            throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }

        return new(await response.Content.ReadAsStreamAsync());
    }
}
