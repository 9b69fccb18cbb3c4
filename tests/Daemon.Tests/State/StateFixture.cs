using System.Text;
using Tidegate.Labels;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Tests.Kubernetes;
using Tidegate.Values;

namespace Tidegate.Tests.State;

/// <summary>States from short texts.</summary>
internal static class StateFixture
{
    /// <summary>A document that is no YAML and says no kind, so that it may be any of its file's.</summary>
    public const string Broken = "metadata: {name: [}";

    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static BuildOptions Everything { get; } = new() { Selectors = [Selector("*", "*")] };

    public static LabelSelector Selector(string key, string value) =>
        LabelSelector.Compile(EquatableMap<EquatableList<string>>.From([KeyValuePair.Create<string, EquatableList<string>>(key, [value])]), out _)!;

    public static FileResources File(string path, params string[] documents) =>
        ManifestReader.Read(path, Encoding.UTF8.GetBytes(string.Join("\n---\n", documents) + "\n"), "rev");

    public static DesiredState Build(params FileResources[] files) => Build(DesiredState.Empty, Everything, files);

    public static DesiredState Build(DesiredState previous, params FileResources[] files) => Build(previous, Everything, files);

    public static DesiredState Build(DesiredState previous, BuildOptions options, params FileResources[] files) =>
        DesiredStateBuilder.Build(new Revision("0123456789abcdef", "a", Now, "s"), files, previous, options, Now);

    public static string Cluster(string name, string labels = "", string token = "t", string more = "", string expires = "") =>
        $"kind: kube_cluster\nversion: v3\nmetadata: {{name: {name}, labels: {{{labels}}}{Expires(expires)}}}\nspec: {{kubeconfig: {SampleKubeconfig.Base64(SampleKubeconfig.Token(token))}{more}}}";

    public static string Role(string name, string group = "edit", string labels = "'*': '*'", string expires = "") =>
        $"kind: role\nversion: v7\nmetadata: {{name: {name}{Expires(expires)}}}\nspec: {{allow: {{kubernetes_groups: ['{group}'], kubernetes_labels: {{{labels}}}}}}}";

    public static string User(string name, string roles = "", string expires = "") =>
        $"kind: user\nversion: v2\nmetadata: {{name: {name}{Expires(expires)}}}\nspec: {{roles: [{roles}]}}";

    public static string Lock(string name, string user = "alice", string expires = "") =>
        $"kind: lock\nversion: v2\nmetadata: {{name: {name}{Expires(expires)}}}\nspec: {{target: {{user: {user}}}}}";

    /// <summary>What is wrong, as <c>file:line: message</c> with a mark for what stays in force.</summary>
    public static IReadOnlyList<string> Problems(DesiredState state) =>
        [.. state.Problems.Select(p => $"{p.File}:{p.Line}: {p.Message}{(p.KeepsLastGood ? " [kept]" : "")}{(p.IsWarning ? " [warning]" : "")}")];

    private static string Expires(string time) => time.Length == 0 ? "" : $", expires: \"{time}\"";
}
