using System.Globalization;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class ListQueryTests
{
    public static IEnumerable<object[]> Cases() => CaseTable.Read("Kubernetes/queries.tsv", 5).Select(c => c[..4]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_a_query_as_the_API_server_does(string asked, string query, string parameter, string expected)
    {
        var text = query == "-" ? "" : query;

        var said = asked switch
        {
            "value" => ListQuery.Value(text, parameter) ?? "none",
            "limit" => ListQuery.Limit(text).ToString(CultureInfo.InvariantCulture),
            "without" => ListQuery.With(text, [parameter], "x=1"),
            _ => throw new InvalidDataException($"nothing is called '{asked}'"),
        };

        said.ShouldBe(expected == "-" ? "" : expected);
    }
}
