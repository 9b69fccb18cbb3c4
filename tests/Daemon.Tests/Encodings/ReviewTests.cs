using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using Tidegate.Encodings;

namespace Tidegate.Tests.Encodings;

public sealed class ReviewTests
{
    public static TheoryData<string, string, string, string> Cases
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var cells in CaseTable.Read("Encodings/reviews.tsv", 4))
            {
                rows.Add(cells[0], cells[1], cells[2], cells[3]);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_review_is_read_as_the_cluster_reads_it(string reader, string encoding, string body, string expected)
    {
        var (contentType, bytes) = encoding == "protobuf"
            ? ("application/vnd.kubernetes.protobuf", ProtobufText.Body(body))
            : ($"application/{encoding}", Encoding.UTF8.GetBytes(body));
        BodyProblem? problem;
        var read = reader == "access" ? Describe(AccessReview.Read(contentType, bytes, out problem)) : Describe(RulesReview.Read(contentType, bytes, out problem));

        if (problem is null)
        {
            read.ShouldBe(expected);
            return;
        }

        read.ShouldBeNull();
        problem.Code.ToString(CultureInfo.InvariantCulture).ShouldBe(expected[..3]);
        problem.Message.ShouldContain(expected[4..]);
    }

    [Fact]
    public void A_review_in_cbor_is_read()
    {
        var writer = new CborWriter();
        writer.WriteStartMap(1);
        writer.WriteTextString("spec");
        writer.WriteStartMap(1);
        writer.WriteTextString("resourceAttributes");
        writer.WriteStartMap(1);
        writer.WriteTextString("verb");
        writer.WriteTextString("get");
        writer.WriteEndMap();
        writer.WriteEndMap();
        writer.WriteEndMap();

        AccessReview.Read("application/cbor", writer.Encode(), out _)!.Resource!.Verb.ShouldBe("get");
    }

    [Fact]
    public void A_denial_repeats_the_question_and_gives_the_reason() =>
        Encoding.UTF8.GetString(ReviewAnswers.Denied(new("authorization.k8s.io/v1beta1", new("ns", "get", "", "v1", "pods", "log", ""), null), "role \"dev\" has no rule"))
            .ShouldBe(
                """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1beta1","metadata":{"creationTimestamp":null},"spec":{"resourceAttributes":{"namespace":"ns","verb":"get","version":"v1","resource":"pods","subresource":"log"}},"status":{"allowed":false,"denied":true,"reason":"role \"dev\" has no rule"}}""");

    [Fact]
    public void A_denial_about_a_path_repeats_the_path() =>
        Encoding.UTF8.GetString(ReviewAnswers.Denied(new("", null, new("/metrics", "get")), "no")).ShouldBe(
            """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{"nonResourceAttributes":{"path":"/metrics","verb":"get"}},"status":{"allowed":false,"denied":true,"reason":"no"}}""");

    [Fact]
    public void A_clusters_rules_come_out_as_they_went_in()
    {
        const string Answer =
            """{"kind":"SelfSubjectRulesReview","apiVersion":"authorization.k8s.io/v1","metadata":{"creationTimestamp":null},"spec":{},"status":{"resourceRules":[{"verbs":["get","list"],"apiGroups":["","apps"],"resources":["pods","deployments"],"resourceNames":["a"]},{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}],"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/api","/api/*"]}],"incomplete":true,"evaluationError":"webhook \"w\" can't list"}}""";

        var read = RulesAnswer.Read(Encoding.UTF8.GetBytes(Answer));

        read.ResourceRules.Count.ShouldBe(2);
        read.ResourceRules[0].ApiGroups.ShouldBe(["", "apps"]);
        read.ResourceRules[1].ResourceNames.ShouldBeEmpty();
        read.NonResourceRules.ShouldHaveSingleItem().Paths.ShouldBe(["/api", "/api/*"]);
        Encoding.UTF8.GetString(ReviewAnswers.Rules("", read)).ShouldBe(Answer);
    }

    [Theory]
    [InlineData("""{"status":{"resourceRules":null,"nonResourceRules":null,"incomplete":false,"evaluationError":null}}""")]
    [InlineData("""{"status":{}}""")]
    public void An_answer_without_rules_has_none(string answer)
    {
        var read = RulesAnswer.Read(Encoding.UTF8.GetBytes(answer));

        read.ResourceRules.ShouldBeEmpty();
        read.NonResourceRules.ShouldBeEmpty();
        read.Incomplete.ShouldBeFalse();
        read.EvaluationError.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"status":null}""")]
    [InlineData("""{"status":{"resourceRules":{}}}""")]
    [InlineData("""{"status":{"resourceRules":[{"verbs":"get"}]}}""")]
    [InlineData("""{"status":{"resourceRules":[{"verbs":[null]}]}}""")]
    [InlineData("""{"status":{"resourceRules":[[]]}}""")]
    [InlineData("""{"status":{"incomplete":"no"}}""")]
    public void What_is_no_answer_is_refused(string answer) => Should.Throw<FormatException>(() => RulesAnswer.Read(Encoding.UTF8.GetBytes(answer)));

    private static string? Describe(AccessReview? review) => review switch
    {
        null => null,
        { Resource: { } r } => $"{review.ApiVersion}: {r.Verb} {r.Namespace} {r.Group}/{r.Version}/{r.Resource}/{r.Subresource}/{r.Name}",
        _ => $"{review.ApiVersion}: {review.NonResource!.Verb} {review.NonResource.Path}",
    };

    private static string? Describe(RulesReview? review) => review is null ? null : $"{review.ApiVersion}: [{review.Namespace}]";
}
