using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>HTTP methods that Kubernetes has no verb for, by somebody whose roles name verbs: refused in words that can be read.</summary>
public sealed class UnknownMethodTests
{
    private static readonly string Manifests = OneRole.Manifests("some", "{kind: pods, api_group: '', namespace: dev, name: 'api-*', verbs: [get, list]}");

    [Theory]
    [InlineData("PROPFIND", "pods", "pods is forbidden", "pods")]
    [InlineData("OPTIONS", "pods/api-0", "pods \"api-0\" is forbidden", "pods")]
    [InlineData("PURGE", "pods/api-0/log", "pods \"api-0\" is forbidden", "pods/log")]
    [InlineData("QUERY", "pods/api-0/exec", "pods \"api-0\" is forbidden", "pods/exec")]
    public async Task A_method_without_a_verb_is_refused_in_words(string method, string path, string subject, string resource)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, RawUpstream.Ok);
        foreach (var version in (Version[])[new(1, 1), new(2, 0)])
        {
            using var request = new HttpRequestMessage(new(method), new Uri($"/clusters/c1/api/v1/namespaces/dev/{path}", UriKind.Relative)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await scene.Client(version).SendAsync(request);

            ((int)response.StatusCode).ShouldBe(403);
            ((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]).ShouldBe(
                $"{subject}: User \"alice\" cannot {method} resource \"{resource}\" in API group \"\" in the namespace \"dev\"\n"
                + $"The HTTP method {method} has no verb in Kubernetes. Only the verb * in \"kubernetes_resources\" covers it; your roles here (some) do not have it for this.");
        }

        scene.Requests.ShouldBeEmpty();
        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["decision"] == "denied");
        ((string?)record["reason"]).ShouldBe($"the HTTP method {method} has no verb in Kubernetes, and none of the roles some has * for it");
    }
}
