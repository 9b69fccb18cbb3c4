using System.Text;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>What the gate asks a cluster by itself for somebody's request is sent once, too, and what goes wrong with it is said like what goes wrong with the request.</summary>
public sealed class OwnRequestTests
{
    private const string Pods = "/clusters/c1/api/v1/namespaces/dev/pods";

    private static readonly string Manifests = OneRole.Manifests("some", "{kind: pods, api_group: '', namespace: dev, name: 'api-*', verbs: [list, deletecollection]}");

    private const string List = """
        {"kind":"PodList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"namespace":"dev","name":"api-0","uid":"u0"}},{"metadata":{"namespace":"dev","name":"api-1","uid":"u1"}}]}
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_of_one_object_of_many_is_sent_once(bool reset)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => r.RequestLine.StartsWith("GET", StringComparison.Ordinal) ? ListAsync(r) : BreakAsync(r, reset));

        var (code, body) = await AskAsync(scene, "DELETE", Pods, "");

        code.ShouldBe(502, body);
        scene.Requests.Select(r => r.RequestLine).ShouldBe([$"GET /api/v1/namespaces/dev/pods?limit=500 HTTP/1.1", "DELETE /api/v1/namespaces/dev/pods/api-0 HTTP/1.1"]);
    }

    [Theory]
    [InlineData("selfsubjectaccessreviews", """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{"resourceAttributes":{"verb":"list","resource":"pods","namespace":"dev"}}}""")]
    [InlineData("selfsubjectrulesreviews", """{"kind":"SelfSubjectRulesReview","apiVersion":"authorization.k8s.io/v1","spec":{"namespace":"dev"}}""")]
    public async Task A_question_about_oneself_is_sent_once(string resource, string review)
    {
        await using var scene = await ScriptedScene.StartAsync(Manifests, r => BreakAsync(r, reset: false));

        var (code, body) = await AskAsync(scene, "POST", $"/clusters/c1/apis/authorization.k8s.io/v1/{resource}", review);

        code.ShouldBe(502, body);
        scene.Requests.Count.ShouldBe(1);
    }

    private static Task ListAsync(RawRequest request) => ScriptedScene.ReplyAsync(request, "200 OK", "application/json", Encoding.UTF8.GetBytes(List));

    private static Task BreakAsync(RawRequest request, bool reset)
    {
        if (reset)
        {
            request.Reset();
        }
        else
        {
            request.Stream.Close();
        }

        return Task.CompletedTask;
    }

    private static async Task<(int Code, string Body)> AskAsync(ScriptedScene scene, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        request.Content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null;
        using var response = await scene.Client().SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
