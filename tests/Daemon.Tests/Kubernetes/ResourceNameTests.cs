using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class ResourceNameTests
{
    private static readonly (string ApiGroup, string Plural, KindScope Scope)[] Kinds =
    [
        ("b.example.com", "things", KindScope.Cluster),
        ("a.example.com", "things", KindScope.Namespaced),
        ("C.example.com", "things", KindScope.Namespaced),
        .. BuiltInKinds.All.OrderByDescending(k => k.ApiGroup, StringComparer.Ordinal),
    ];

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Kubernetes/resource-names.tsv", 6).Select(c => c[..5]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_the_kind_that_kubectl_would_find(string text, string group, string plural, string subresource, string scope) =>
        ResourceName.Parse(text, Kinds).ShouldBe(new(Cell(group), Cell(plural), Cell(subresource), Enum.Parse<KindScope>(scope)));

    private static string Cell(string cell) => cell == "-" ? "" : cell;
}
