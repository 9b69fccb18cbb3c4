using Tidegate.Access;
using Tidegate.Encodings;
using Tidegate.Kubernetes;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>What <c>kubectl auth can-i --list</c> shows, as the table says.</summary>
public sealed class OwnRulesTests
{
    private static readonly (DesiredState State, IReadOnlyList<(int Line, string[] Cells)> Cases) Table =
        ObjectTable.ReadCases(Path.Combine(AppContext.BaseDirectory, "Access/own-rules.cases"), columns: 5);

    private static readonly (string ApiGroup, string Plural, KindScope Scope)[] Kinds =
    [
        ("", "pods", KindScope.Namespaced), ("", "configmaps", KindScope.Namespaced), ("", "secrets", KindScope.Namespaced), ("", "nodes", KindScope.Cluster),
        ("", "services", KindScope.Namespaced), ("apps", "deployments", KindScope.Namespaced), ("coordination.k8s.io", "leases", KindScope.Namespaced),
        ("metrics.k8s.io", "pods", KindScope.Namespaced), ("rbac.authorization.k8s.io", "roles", KindScope.Namespaced),
        ("rbac.authorization.k8s.io", "rolebindings", KindScope.Namespaced), ("rbac.authorization.k8s.io", "clusterroles", KindScope.Cluster),
        ("", "endpoints", KindScope.Namespaced), ("authorization.k8s.io", "selfsubjectaccessreviews", KindScope.Cluster),
        ("authorization.k8s.io", "selfsubjectrulesreviews", KindScope.Cluster),
    ];

    public static IEnumerable<object[]> Cases() => Table.Cases.Select(c => new object[] { c.Line, c.Cells });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Shows_what_the_table_says(int line, string[] cells)
    {
        var access = ObjectTable.Policy(Table.State).AccessOn(AccessWorld.Identity(cells[0]), ObjectTable.Cluster, ObjectTable.Labels, DateTimeOffset.UnixEpoch).ShouldNotBeNull(cells[4]);

        var own = OwnRules.Of(Parse(cells[2]), access.Rules, cells[1], Kinds);

        Written(own).ShouldBe(Written(Parse(cells[3] == "-" ? "" : cells[3])), $"line {line}: {cells[4]}");
    }

    [Fact]
    public void Whatever_every_user_may_read_is_shown_of_a_star()
    {
        var access = ObjectTable.Policy(Table.State).AccessOn(AccessWorld.Identity("ann"), ObjectTable.Cluster, ObjectTable.Labels, DateTimeOffset.UnixEpoch).ShouldNotBeNull();

        var paths = OwnRules.Of(new([], [new(["*"], ["*"])], true, "cut"), access.Rules, "dev", Kinds);
        paths.NonResourceRules.ShouldHaveSingleItem().Paths.ShouldBe(
        [
            "/api", "/apis", "/healthz", "/livez", "/readyz", "/version", "/version/", "/openapi",
            "/api/*", "/apis/*", "/healthz/*", "/livez/*", "/readyz/*", "/openapi/*", "/.well-known/*", "/openid/v1/jwks",
        ]);
        paths.ShouldSatisfyAllConditions(() => paths.Incomplete.ShouldBeTrue(), () => paths.EvaluationError.ShouldBe("cut"));
    }

    private static RulesAnswer Parse(string rules)
    {
        var parts = rules.Split(" ; ", StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(' ')).ToLookup(r => r[1][0] == '/');
        return new(
            [.. parts[false].Select(r => new ResourcePermission(
                r[0].Split(','), r[1].Split('@') is [_, var groups] ? groups.Split(',') : [""], r[1].Split('@')[0].Split(','), r.Length > 2 ? r[2].Split(',') : []))],
            [.. parts[true].Select(r => new PathPermission(r[0].Split(','), r[1].Split(',')))],
            false,
            "");
    }

    private static string Written(RulesAnswer answer) => string.Join('\n', answer.ResourceRules
        .SelectMany(r => r.Resources.Select(one => $"{string.Join(',', r.Verbs)} {one}@{string.Join(',', r.ApiGroups)} {string.Join(',', r.ResourceNames)}"))
        .Concat(answer.NonResourceRules.Select(p => $"{string.Join(',', p.Verbs)} {string.Join(',', p.Paths)}")));
}
