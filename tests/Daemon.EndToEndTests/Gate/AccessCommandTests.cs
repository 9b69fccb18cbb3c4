using System.Text.Json.Nodes;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>What people and administrators are told about access, and what a plan says of it: texts, exit codes, formats.</summary>
public sealed class AccessCommandTests : IAsyncLifetime
{
    private const string People = """
        kind: role
        version: v8
        metadata: {name: viewer}
        spec:
          allow:
            kubernetes_labels: {env: dev}
            kubernetes_groups: [view]
            kubernetes_resources:
            - {kind: pods, namespace: team-a, name: '*', verbs: [get, list]}
          deny:
            kubernetes_resources:
            - {kind: secrets, namespace: '*', name: '*', verbs: ['*']}
        ---
        kind: user
        version: v2
        metadata: {name: bob}
        spec: {roles: [viewer]}
        ---
        kind: role
        version: v8
        metadata: {name: operator}
        spec:
          allow:
            kubernetes_labels: {env: prod}
            kubernetes_groups: [ops]
            kubernetes_resources:
            - {kind: nodes, name: '*', verbs: [get]}
        ---
        kind: mtls
        version: v1
        metadata: {name: company}
        spec:
          attributes_to_roles:
          - {name: organization, value: platform, roles: [operator]}
        """;

    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;
    private GateProcess gate = null!;
    private string commit = "";

    public async Task InitializeAsync()
    {
        folder.Put("access.yaml", People);
        cluster = await folder.PushClusterAsync(("two", "{env: prod}"));
        commit = GateFolder.Git("-C", folder.WorkTree, "rev-parse", "--short=12", "HEAD").Trim();
        gate = await GateProcess.StartAsync(folder);
    }

    public async Task DisposeAsync()
    {
        await gate.DisposeAsync();
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_plan_says_who_gains_what_and_by_which_rule()
    {
        Widen();
        var (code, text, error) = await RunAsync("plan", folder.WorkTree, "--exit-code");
        (code, error).ShouldBe((3, ""));
        text.ShouldBe("""
              ~ role viewer
                  spec.allow.kubernetes_resources: removed {kind: pods, namespace: team-a, name: *, verbs: [get, list]}
                  spec.allow.kubernetes_resources: added {kind: pods, namespace: team-*, name: *, verbs: [get, list]}
            Access:
              + bob on one: may get, list namespaces named team-*
                  for example team-; allowed by role viewer (access.yaml:9)
              + bob on one: may get, list pods in namespaces team-*
                  for example team-/a; allowed by role viewer (access.yaml:9)

            """);
        PushBranch("try");
        (code, text, _) = await RunAsync("plan", "try", "--format", "json");
        code.ShouldBe(0);
        var pods = JsonNode.Parse(text)!["access"]!.AsArray().Single(a => a!["kind"]!.GetValue<string>() == "pods")!;
        (pods["change"]!.GetValue<string>(), pods["namespace"]!.GetValue<string>(), pods["rule"]!.GetValue<string>()).ShouldBe(("gained", "team-*", "access.yaml:9"));
        pods["persons"]!.AsArray().Select(p => p!.GetValue<string>()).ShouldBe(["bob"]);
        (code, text, _) = await RunAsync("plan", "try", "--format", "yaml", "--exit-code");
        code.ShouldBe(3);
        text.ShouldContain("\naccess:\n  - change: gained\n");
        (code, text, _) = await RunAsync("plan", "--exit-code", "--format", "yaml");
        code.ShouldBe(0);
        text.ShouldContain("\naccess: []\n");
    }

    [Fact]
    public async Task A_folder_with_an_error_is_planned_without_it_and_ends_with_2()
    {
        folder.Put("access.yaml", People.Replace("namespace: team-a", "namespace: '^team-($'", StringComparison.Ordinal));
        var (code, text, _) = await RunAsync("plan", folder.WorkTree);
        code.ShouldBe(2);
        text.ShouldStartWith("  nothing would change\n1 problem:\n  access.yaml:9:");
        text.ShouldEndWith("(its last good version stays in force)\n");
    }

    [Theory]
    [InlineData("get pods web -n team-a", 0, "allowed", "may", "access.yaml:9")]
    [InlineData("list pods", 0, "partly", "may", "access.yaml:9")]
    [InlineData("get secrets key -n team-a", 1, "denied", "may not", "access.yaml:12")]
    [InlineData("delete pods web -n team-a", 1, "denied", "may not", "")]
    public async Task Explain_says_whether_and_by_which_rule(string asked, int expectedCode, string decision, string verdict, string rule)
    {
        var (code, text, error) = await RunAsync(["access", "explain", "bob", .. asked.Split(' '), "--cluster", "one"]);
        (code, error).ShouldBe((expectedCode, ""));
        text.ShouldStartWith($"one: {decision}: bob {verdict} ");
        text.Contains("(access.yaml:", StringComparison.Ordinal).ShouldBe(rule.Length > 0, text);
        text.ShouldContain(rule.Length > 0 ? $"({rule}, commit {commit})" : "role viewer: has no entry for it");
        text.Contains("as user bob, groups view", StringComparison.Ordinal).ShouldBe(expectedCode == 0);
        text.Contains("  shown: pods * in namespace team-a, role viewer", StringComparison.Ordinal).ShouldBe(decision == "partly");
    }

    [Fact]
    public async Task Explain_goes_over_all_clusters_and_answers_for_certificates()
    {
        var (code, text, _) = await RunAsync("access", "explain", "carol", "get", "nodes", "n1", "--organization", "platform");
        code.ShouldBe(0);
        text.ShouldContain("one: denied: carol may not get nodes n1\n");
        text.ShouldContain("two: allowed: carol may get nodes n1\n");
        (code, text, _) = await RunAsync("access", "explain", "carol", "get", "nodes", "n1", "--format", "json");
        code.ShouldBe(1);
        JsonNode.Parse(text)!["items"]!.AsArray().Select(i => i!["decision"]!.GetValue<string>()).ShouldBe(["denied", "denied"]);
        text.ShouldContain("is not known here");
    }

    [Fact]
    public async Task An_unknown_cluster_is_one_line_of_error()
    {
        foreach (var verb in new[] { new[] { "explain", "bob", "get", "pods" }, ["list", "bob"] })
        {
            var (code, text, error) = await RunAsync(["access", .. verb, "--cluster", "three"]);
            (code, text, error).ShouldBe((1, "", "error: kubernetes cluster \"three\" not found\n"));
        }
    }

    [Fact]
    public async Task List_shows_the_rules_of_somebody_on_each_cluster()
    {
        var (code, text, _) = await RunAsync("access", "list", "bob");
        code.ShouldBe(0);
        text.ShouldBe("""
            Cluster  As             Allowed  Kind     Namespace  Name  Verbs     Role    Rule
            one      user:bob,view  yes      pods     team-a     *     get,list  viewer  access.yaml:9
            one      user:bob,view  no       secrets  *          *     *         viewer  access.yaml:12

            """);
        (code, text, _) = await RunAsync("access", "list", "carol", "-O", "platform", "--format", "json");
        code.ShouldBe(0);
        JsonNode.Parse(text)!["items"]!.AsArray().Select(i => i!["cluster"]!.GetValue<string>()).ShouldBe(["two"]);
        (code, text, _) = await RunAsync("access", "list", "mallory");
        (code, text).ShouldBe((0, "mallory may enter no cluster.\n"));
    }

    [Fact]
    public async Task A_revision_and_a_folder_answer_by_their_own_rules()
    {
        string[] asked = ["access", "explain", "bob", "get", "pods", "web", "-n", "team-b", "--cluster", "one"];
        Widen();
        (await RunAsync(asked)).ExitCode.ShouldBe(1);
        (await RunAsync([.. asked, "--dir", folder.WorkTree])).ExitCode.ShouldBe(0);
        PushBranch("try");
        var (code, text, error) = await RunAsync([.. asked, "--revision", "try"]);
        (code, error).ShouldBe((0, ""));
        text.ShouldContain($"(access.yaml:9, commit {GateFolder.Git("-C", folder.WorkTree, "rev-parse", "--short=12", "HEAD").Trim()})");
        (code, text, _) = await RunAsync("access", "list", "bob", "--revision", "try");
        code.ShouldBe(0);
        text.ShouldContain("team-*");
        (code, _, error) = await RunAsync([.. asked, "--revision", "no-such-thing"]);
        (code, error).ShouldBe((1, "error: the repository has no commit, branch or tag 'no-such-thing'\n"));
        (code, _, error) = await RunAsync([.. asked, "--revision", "try", "--dir", folder.WorkTree]);
        (code, error).ShouldBe((2, "error: --revision and --dir exclude each other\n"));
    }

    [Fact]
    public async Task People_ask_the_gate_for_themselves()
    {
        var me = folder.Kubeconfig("one", "CN=bob");
        var (code, text, _) = await AskAsync(me, "explain", "bob", "get", "pods", "web", "-n", "team-a");
        code.ShouldBe(0);
        text.ShouldStartWith("one: allowed: bob may get pods web in namespace team-a\n");
        text.ShouldNotContain("two:");
        (code, text, _) = await AskAsync(me, "list", "bob");
        code.ShouldBe(0);
        text.ShouldContain("\none      user:bob,view  yes      pods ");
        (_, text, _) = await AskAsync(folder.Kubeconfig("two", "CN=carol,O=platform"), "list", "carol");
        text.ShouldContain("\ntwo      user:carol,ops  yes      nodes ");
        (await AuditedAsync(3)).ShouldBe(
        [
            "bob POST /v1/access/explain 200 allowed: answered by the gate itself",
            "bob POST /v1/access/list 200 allowed: answered by the gate itself",
            "carol POST /v1/access/list 200 allowed: answered by the gate itself",
        ]);
    }

    [Fact]
    public async Task Nobody_asks_the_gate_for_somebody_else_or_for_other_rules()
    {
        var me = folder.Kubeconfig("one", "CN=bob");
        foreach (var verb in new[] { new[] { "explain", "alice", "get", "pods" }, ["list", "alice"] })
        {
            var (code, text, error) = await AskAsync(me, verb);
            (code, text, error).ShouldBe(
                (1, "", $"error: the gate 127.0.0.1:{folder.Port} answered 403: you are \"bob\" and may ask for yourself only; administrators ask at the daemon's socket\n"));
        }

        var (refused, _, why) = await AskAsync(me, "list", "bob", "--revision", "main");
        (refused, why).ShouldBe((1, $"error: the gate 127.0.0.1:{folder.Port} answered 403: only the rules in force answer here; administrators ask about others at the daemon's socket\n"));
        (await AuditedAsync(3)).ShouldBe(
        [
            "bob POST /v1/access/explain 403 denied: you are \"bob\" and may ask for yourself only; administrators ask at the daemon's socket",
            "bob POST /v1/access/list 403 denied: you are \"bob\" and may ask for yourself only; administrators ask at the daemon's socket",
            "bob POST /v1/access/list 403 denied: only the rules in force answer here; administrators ask about others at the daemon's socket",
        ]);
    }

    /// <summary>A cluster that somebody may not know of must not be told from one that is not there.</summary>
    [Fact]
    public async Task A_hidden_cluster_looks_like_one_that_is_not_there()
    {
        var me = folder.Kubeconfig("one", "CN=bob");
        foreach (var format in new[] { "text", "json", "yaml" })
        {
            var hidden = await AskAsync(me, "explain", "bob", "get", "pods", "--cluster", "two", "--format", format);
            var absent = await AskAsync(me, "explain", "bob", "get", "pods", "--cluster", "owt", "--format", format);
            hidden.ExitCode.ShouldBe(1);
            hidden.Output.ShouldContain("two");
            (hidden.ExitCode, hidden.Output.Replace("two", "owt", StringComparison.Ordinal), hidden.Error.Replace("two", "owt", StringComparison.Ordinal)).ShouldBe(absent);
            var (code, text, error) = await AskAsync(me, "list", "bob", "--cluster", "two", "--format", format);
            (code, text, error).ShouldBe(await AskAsync(me, "list", "bob", "--cluster", "owt", "--format", format));
        }
    }

    /// <summary>What the audit log says of questions about access, once there are as many.</summary>
    private async Task<IReadOnlyList<string>> AuditedAsync(int count)
    {
        var lines = new List<string>();
        await gate.UntilAsync(async () =>
        {
            lines = [.. (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "audit.log")))
                .Select(l => JsonNode.Parse(l)!)
                .Where(r => r["request_path"]?.GetValue<string>().StartsWith("/v1/access/", StringComparison.Ordinal) == true)
                .Select(r => $"{r["user"]} {r["verb"]} {r["request_path"]} {r["response_code"]} {r["decision"]}: {r["reason"]}")];
            return lines.Count >= count;
        });
        return lines;
    }

    private void Widen() => folder.Put("access.yaml", People.Replace("namespace: team-a", "namespace: 'team-*'", StringComparison.Ordinal));

    private void PushBranch(string name)
    {
        GateFolder.Git("-C", folder.WorkTree, "checkout", "-q", "-b", name);
        GateFolder.Git("-C", folder.WorkTree, "add", "-A");
        GateFolder.Git("-C", folder.WorkTree, "commit", "-q", "-m", "Try");
        GateFolder.Git("-C", folder.WorkTree, "push", "-q", "origin", name);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        GateProcess.RunAsync([.. arguments, "--config", folder.ConfigPath]);

    private static Task<(int ExitCode, string Output, string Error)> AskAsync(string kubeconfig, params string[] arguments) =>
        GateProcess.RunAsync(["access", .. arguments, "--kubeconfig", kubeconfig]);
}
