using System.Text;
using Tidegate.Benchmarks.Upstream;

namespace Tidegate.Benchmarks.Programs;

/// <summary>People whose roles restrict: who sees which part of <see cref="ManyPods"/>, and people with many rules.</summary>
internal static class RestrictedPeople
{
    public const string Half = "half";
    public const string Ten = "ten";
    public const string AllButOne = "all-but-one";
    public const string FewRules = "few-rules";
    public const string ManyRules = "many-rules";
    public const int Few = 10;
    public const int Many = 200;

    /// <summary>How many of the pods somebody sees.</summary>
    public static readonly IReadOnlyDictionary<string, int> Visible = new Dictionary<string, int>
    {
        [Half] = ManyPods.Count / 2,
        [Ten] = 10,
        [AllButOne] = ManyPods.Count - 1,
    };

    /// <summary>The manifests of all of them.</summary>
    public static string Manifests => string.Join("---\n",
        Person(Half, [Rule("^team-0[0-9]$", "*")], null),
        Person(Ten, [Rule("team-00", "^web-[0-9]$")], null),
        Person(AllButOne, [Rule("*", "*")], Rule("team-19", "web-249")),
        Person(FewRules, RulesEndingAtObject(Few), null),
        Person(ManyRules, RulesEndingAtObject(Many), null));

    /// <summary>Literal namespaces and patterns of names, of which the last is about <see cref="UpstreamServer.ObjectPath"/>.</summary>
    public static IReadOnlyList<string> RulesEndingAtObject(int count) =>
        [.. Enumerable.Range(1, count - 1).Select(i => i % 2 == 0 ? Rule($"app-{i}", "*") : Rule("default", $"job-{i}-*")), Rule("default", "web-*")];

    public static string Person(string name, IReadOnlyList<string> allow, string? deny)
    {
        var text = new StringBuilder($$"""
            kind: role
            version: v8
            metadata: { name: {{name}} }
            spec:
              allow:
                kubernetes_labels: { '*': '*' }
                kubernetes_groups: [edit, view]
                kubernetes_resources:

            """);
        foreach (var rule in allow)
        {
            text.Append("    - ").Append(rule).Append('\n');
        }

        if (deny is not null)
        {
            text.Append("  deny:\n    kubernetes_resources:\n    - ").Append(deny).Append('\n');
        }

        return text.Append($$"""
            ---
            kind: user
            version: v2
            metadata: { name: {{name}} }
            spec: { roles: [{{name}}] }

            """).ToString();
    }

    private static string Rule(string ns, string name) => $"{{ kind: pods, api_group: '', namespace: '{ns}', name: '{name}', verbs: ['*'] }}";
}
