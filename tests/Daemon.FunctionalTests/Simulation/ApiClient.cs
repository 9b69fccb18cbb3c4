using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>A simulated cluster and a client of it, as its administrator unless a request says otherwise. Bodies come as they are on the wire.</summary>
internal sealed class ApiClient : IAsyncDisposable
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
    private readonly HttpClient client;

    private ApiClient(SimulatedCluster cluster)
    {
        Cluster = cluster;
        client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
        {
            BaseAddress = new Uri(cluster.Url),
            DefaultRequestVersion = HttpVersion.Version20,
        };
    }

    public SimulatedCluster Cluster { get; }

    public CancellationToken Cancelled => limit.Token;

    public static async Task<ApiClient> StartAsync(SimulatedClusterOptions options) => new(await SimulatedCluster.StartAsync(options, CancellationToken.None));

    /// <param name="headers">Each <c>Name: value</c>.</param>
    /// <param name="body">JSON unless a header says otherwise.</param>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, byte[]? body, params string[] headers)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Cluster.AdminToken);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        foreach (string header in headers)
        {
            string[] parts = header.Split(": ", 2);
            if (parts[0] == "Content-Type")
            {
                request.Content!.Headers.Remove(parts[0]);
                request.Content.Headers.TryAddWithoutValidation(parts[0], parts[1]);
            }
            else
            {
                request.Headers.Remove(parts[0]);
                request.Headers.TryAddWithoutValidation(parts[0], parts[1]);
            }
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
    }

    public async Task<byte[]> BytesAsync(string path, params string[] headers)
    {
        using HttpResponseMessage response = await SendAsync("GET", path, null, headers);
        byte[] body = await response.Content.ReadAsByteArrayAsync(limit.Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, Encoding.UTF8.GetString(body));
        return body;
    }

    public async Task<JsonNode> GetAsync(string path, params string[] headers) => JsonNode.Parse(await BytesAsync(path, headers))!;

    /// <summary>Sends JSON and reads JSON, whatever the status.</summary>
    public async Task<(int Status, JsonNode Body)> ExchangeAsync(string method, string path, string? body, params string[] headers)
    {
        using HttpResponseMessage response = await SendAsync(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), headers);
        string text = await response.Content.ReadAsStringAsync(limit.Token);
        return ((int)response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text));
    }

    public string AsUser(string user, params string[] groups) => $"Authorization: Bearer {Cluster.AddToken(user, groups)}";

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Cluster.DisposeAsync();
        limit.Dispose();
    }
}
