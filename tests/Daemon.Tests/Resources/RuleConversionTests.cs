using System.Text;
using Tidegate.Manifests;
using Tidegate.Resources;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.Resources;

public sealed class RuleConversionTests
{
    private static readonly EquatableMap<EquatableList<string>> Traits = EquatableMap<EquatableList<string>>.From(
    [
        new("team", ["blue", "red"]),
        new("verbs", ["get", "list"]),
        new("star", ["*"]),
        new("empty", []),
        new("broken", ["^(broken$"]),
    ]);

    public static IEnumerable<object[]> Cases() => CaseTable.Read("Resources/conversion.tsv", 5).Select(c => c[..4]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_entry_of_any_version_becomes_rules(string version, string side, string entries, string rules)
    {
        var role = Read(version, side, entries);
        var converted = side == "allow" ? RuleConversion.Allow(role, Traits) : RuleConversion.Deny(role, Traits);

        Text(converted, role).ShouldBe(rules, $"{version} {side} {entries}");
        converted.ShouldAllBe(r => r.Role == "r");
    }

    [Fact]
    public void The_table_holds_enough_cases() => Cases().Count().ShouldBeGreaterThanOrEqualTo(45);

    [Fact]
    public void Old_roles_that_name_some_pods_are_over_all_other_kinds_that_they_know()
    {
        string[] others =
        [
            "secrets", "configmaps", "services", "serviceaccounts", "nodes", "persistentvolumes", "persistentvolumeclaims", "apps/deployments", "apps/replicasets",
            "apps/statefulsets", "apps/daemonsets", "rbac.authorization.k8s.io/clusterroles", "rbac.authorization.k8s.io/roles",
            "rbac.authorization.k8s.io/clusterrolebindings", "rbac.authorization.k8s.io/rolebindings", "batch/cronjobs", "batch/jobs",
            "certificates.k8s.io/certificatesigningrequests", "networking.k8s.io/ingresses",
        ];
        foreach (var version in (string[])["v3", "v4", "v5", "v6"])
        {
            var role = Read(version, "allow", "{kind: pod, namespace: dev, name: web}");
            var rules = RuleConversion.Allow(role, Traits);

            rules.Skip(1).Select(r => $"{r.ApiGroup.Text}/{r.Kind}".TrimStart('/')).ShouldBe(others, ignoreOrder: true);
            rules.Skip(1).ShouldAllBe(r => r.Verbs == ResourceVerbs.All && r.Name.MatchesAll && r.Origin.Line == role.Allow.Origin.Line);
        }
    }

    private static Role Read(string version, string side, string entries)
    {
        var labels = side == "allow" ? "    kubernetes_labels: {env: dev}\n" : "";
        var list = entries == "-" ? "" : $"    kubernetes_resources: [{entries}]\n";
        var text = $"kind: role\nversion: {version}\nmetadata: {{name: r}}\nspec:\n  {side}:\n{labels}    kubernetes_groups: [g]\n{list}";
        var file = ManifestReader.Read("r.yaml", Encoding.UTF8.GetBytes(text), "0123456789abcdef0123456789abcdef01234567");
        file.Problems.Where(p => !p.IsWarning).ShouldBeEmpty(text);
        return file.Resources.Select(r => r.Value).OfType<Role>().Single();
    }

    /// <summary><c>group/kind namespace/name verbs</c>, patterns as they are, joined by <c>; </c>; <c>others</c> stands for the kinds that old roles leave alone.</summary>
    private static string Text(IReadOnlyList<ResourceRule> rules, Role role)
    {
        var others = rules.Count(r => r.Origin.Line == role.Allow.Origin.Line && role.Version < 7 && r.Kind != ResourceRule.Any);
        var written = rules.Take(rules.Count - others).Select(r => $"{r.ApiGroup.Text}/{r.Kind} {r.Namespace.Text}/{r.Name.Text} {string.Join(',', VerbNames.Of(r.Verbs))}");
        return string.Join("; ", others > 0 ? [.. written, "others"] : written.DefaultIfEmpty("-"));
    }
}
