using Microsoft.Extensions.Primitives;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

public sealed class FilterableRequestTests
{
    public static IEnumerable<object[]> Accepts() => CaseTable.Read("Filtering/accept.tsv", 2);

    public static IEnumerable<object[]> Queries() => CaseTable.Read("Filtering/include-object.tsv", 2);

    public static IEnumerable<object[]> Forms() => CaseTable.Read("Filtering/forms.tsv", 3);

    [Theory]
    [MemberData(nameof(Accepts))]
    public void Asks_for_what_can_be_filtered(string accept, string expected)
    {
        var lines = accept.Length == 0 ? StringValues.Empty : new StringValues(accept.Split('|'));

        (FilterableRequest.From(lines, "")?.Accept).ShouldBe(expected.Length == 0 ? null : expected);
    }

    [Fact]
    public void The_refusal_names_what_can_be_filtered()
    {
        FilterableRequest.NotAcceptable.ShouldContain("application/json");
        FilterableRequest.NotAcceptable.ShouldContain("application/vnd.kubernetes.protobuf");
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Asks_for_the_metadata_of_rows_that_shall_have_no_object(string query, string expected)
    {
        var request = FilterableRequest.From("*/*", query).ShouldNotBeNull();

        request.RawQuery.ShouldBe(expected.Length == 0 ? query : expected);
        request.StripTableObjects.ShouldBe(expected.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Knows_the_form_of_an_answer(string contentType, string watch, string form)
    {
        var asked = watch switch { "yes" => AnswerKind.Watch, "one" => AnswerKind.Object, "error" => AnswerKind.Error, _ => AnswerKind.List };

        (FilteredBody.FormOf(contentType.Length == 0 ? null : contentType, asked)?.ToString() ?? "").ShouldBe(form);
    }
}
