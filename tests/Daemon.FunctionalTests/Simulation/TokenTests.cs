using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>A token that the simulated cluster makes for a service account is one that it takes, with that account's rights.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task A_service_account_s_token_acts_as_the_account()
    {
        await using SimulatedCluster cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);
        cluster.Bind("ServiceAccount", "kube-system:gate", "view");
        using HttpClient client = new(new SocketsHttpHandler { SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } })
        {
            BaseAddress = new(cluster.Url),
        };

        await PostAsync("/api/v1/namespaces/kube-system/serviceaccounts", """{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"gate"}}""", cluster.AdminToken);
        JsonNode made = await PostAsync(
            "/api/v1/namespaces/kube-system/serviceaccounts/gate/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""", cluster.AdminToken);
        string token = made["status"]!["token"]!.GetValue<string>();

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (await client.GetAsync("/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);
        cluster.Requests[^1].Identity!.User.ShouldBe("system:serviceaccount:kube-system:gate");
        (await client.DeleteAsync("/api/v1/namespaces/default/pods/web-0")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<JsonNode> PostAsync(string path, string body, string bearer)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
            using HttpResponseMessage response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        }
    }
}
