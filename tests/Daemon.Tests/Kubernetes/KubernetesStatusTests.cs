using System.Text;
using System.Text.Json;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class KubernetesStatusTests
{
    [Fact]
    public void A_failure_is_the_object_that_kubectl_prints() =>
        Encoding.UTF8.GetString(KubernetesStatus.Failure(403, "kubernetes cluster \"prod\" not found")).ShouldBe(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"kubernetes cluster \"prod\" not found","reason":"Forbidden","code":403}""");

    [Fact]
    public void A_success_says_so_and_why() =>
        Encoding.UTF8.GetString(KubernetesStatus.Success("all well")).ShouldBe(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","message":"all well"}""");

    [Theory]
    [InlineData("web", "apps", "deployments", """{"name":"web","group":"apps","kind":"deployments"}""")]
    [InlineData("", "", "pods", """{"kind":"pods"}""")]
    public void Details_say_what_it_is_about_and_leave_out_what_is_empty(string name, string group, string kind, string expected) =>
        Encoding.UTF8.GetString(KubernetesStatus.Failure(404, "gone", new StatusDetails(name, group, kind))).ShouldBe(
            $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"gone","reason":"NotFound","details":{{expected}},"code":404}""");

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(401, "Unauthorized")]
    [InlineData(403, "Forbidden")]
    [InlineData(404, "NotFound")]
    [InlineData(405, "MethodNotAllowed")]
    [InlineData(406, "NotAcceptable")]
    [InlineData(408, "Timeout")]
    [InlineData(409, "Conflict")]
    [InlineData(410, "Expired")]
    [InlineData(413, "RequestEntityTooLarge")]
    [InlineData(415, "UnsupportedMediaType")]
    [InlineData(422, "Invalid")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(500, "InternalError")]
    [InlineData(502, "ServiceUnavailable")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "Timeout")]
    [InlineData(418, "InternalError")]
    public void The_code_gives_the_reason(int code, string reason)
    {
        using var status = JsonDocument.Parse(KubernetesStatus.Failure(code, ""));

        status.RootElement.GetProperty("code").GetInt32().ShouldBe(code);
        status.RootElement.GetProperty("reason").GetString().ShouldBe(reason);
    }

    [Theory]
    [InlineData("a\nb\t\"c\" \\ <d> 'e' & ü 😀")]
    [InlineData("\0\u001F\u2028")]
    public void Any_message_arrives_unchanged(string message)
    {
        using var status = JsonDocument.Parse(KubernetesStatus.Failure(500, message));

        status.RootElement.GetProperty("message").GetString().ShouldBe(message);
    }

    [Fact]
    public void A_broken_character_does_not_stop_the_answer()
    {
        using var status = JsonDocument.Parse(KubernetesStatus.Failure(500, "x" + '\uD800'));

        status.RootElement.GetProperty("message").GetString().ShouldBe("x\uFFFD");
    }
}
