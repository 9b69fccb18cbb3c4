using System.Text.Json.Nodes;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>The commands as scripts and people use them: texts, exit codes, formats.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;
    private GateProcess gate = null!;

    public async Task InitializeAsync()
    {
        cluster = await folder.PushClusterAsync(("elsewhere", "{env: staging}"));
        gate = await GateProcess.StartAsync(folder);
    }

    public async Task DisposeAsync()
    {
        await gate.DisposeAsync();
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Status_history_and_sync_say_what_is_in_force()
    {
        var (code, text, _) = await RunAsync("status");
        code.ShouldBe(0);
        text.ShouldContain("\"Start\" by Ada <ada@example.com>");
        text.ShouldContain("1 clusters (1 more match no selector), 1 roles, 1 users, 0 locks");
        (code, text, _) = await RunAsync("history", "--format", "json");
        code.ShouldBe(0);
        JsonNode.Parse(text)!["items"]![0]!["trigger"]!.GetValue<string>().ShouldBe("start");
        (code, text, _) = await RunAsync("sync");
        code.ShouldBe(0);
        text.ShouldStartWith("already at ");
    }

    [Fact]
    public async Task Get_prints_documents_without_secrets_unless_asked()
    {
        var (code, text, _) = await RunAsync("get", "kube_clusters/one");
        code.ShouldBe(0);
        text.ShouldContain("kind: kube_cluster\n");
        text.ShouldContain("    env: dev\n");
        text.ShouldNotContain(cluster.GateToken);
        text.ShouldNotContain("kubeconfig:");
        (_, text, _) = await RunAsync("get", "kube_clusters/one", "--with-secrets", "--format", "json");
        var kubeconfig = JsonNode.Parse(text)!["items"]![0]!["spec"]!["kubeconfig"]!.GetValue<string>();
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(kubeconfig)).ShouldContain(cluster.GateToken);
        (code, _, var error) = await RunAsync("get", "roles/absent");
        (code, error).ShouldBe((1, "error: roles \"absent\" not found\n"));
    }

    [Fact]
    public async Task What_get_prints_can_be_committed_again()
    {
        var documents = string.Join("---\n", await Task.WhenAll(new[] { "kube_clusters", "roles", "users" }.Select(async k => (await RunAsync("get", k, "--with-secrets")).Output)));
        folder.Write("printed/all.yaml", documents);
        var (code, _, error) = await GateProcess.RunAsync("check", Path.Combine(folder.Path, "printed"), "--config", folder.ConfigPath);
        error.ShouldBe("");
        code.ShouldBe(0);
    }

    [Fact]
    public async Task Plan_shows_a_folder_and_a_branch_without_changing_anything()
    {
        folder.PutCluster("two", cluster.GateKubeconfig(), "{env: prod}");
        folder.Remove("kube/one.yaml");
        var (code, text, _) = await RunAsync("plan", folder.WorkTree, "--exit-code");
        code.ShouldBe(3);
        text.ShouldContain("+ kube_cluster two");
        text.ShouldContain("- kube_cluster one");
        GateFolder.Git("-C", folder.WorkTree, "checkout", "-q", "-b", "try");
        GateFolder.Git("-C", folder.WorkTree, "add", "-A");
        GateFolder.Git("-C", folder.WorkTree, "commit", "-q", "-m", "Try");
        GateFolder.Git("-C", folder.WorkTree, "push", "-q", "origin", "try");
        (code, text, _) = await RunAsync("plan", "try");
        code.ShouldBe(0);
        text.ShouldContain("+ kube_cluster two");
        (code, text, _) = await RunAsync("plan");
        code.ShouldBe(0);
        text.ShouldContain("nothing would change");
        (code, text, _) = await RunAsync("plan", "HEAD~0..try");
        code.ShouldBe(0);
        text.ShouldStartWith("Plan from ");
        text.ShouldContain("+ kube_cluster two");
        (_, text, _) = await RunAsync("plan", "try~1");
        text.ShouldContain("nothing would change");
        (code, _, var error) = await RunAsync("plan", "main...try");
        (code, error).ShouldBe((1, "error: A...B compares B with where it left A, and no gate was ever in that state: write A..B\n"));
        (code, _, error) = await RunAsync("plan", "no-such-thing");
        (code, error).ShouldBe((1, "error: the repository has no commit, branch or tag 'no-such-thing'\n"));
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Kube_ls_lists_what_a_person_may_use_and_marks_the_current_context()
    {
        var (code, text, _) = await GateProcess.RunAsync("kube", "ls", "--kubeconfig", folder.Kubeconfig("one", "CN=alice"));
        code.ShouldBe(0);
        text.ShouldBe("Kube Cluster Name  Labels                               Selected\none                env=dev teleport.dev/origin=dynamic  *\n");
        (_, text, _) = await GateProcess.RunAsync("kube", "ls", "--kubeconfig", folder.Kubeconfig("one", "CN=mallory"));
        text.ShouldBe("Kube Cluster Name  Labels  Selected\n");
        (_, text, _) = await GateProcess.RunAsync("kube", "ls", "--socket", folder.SocketPath, "--format", "yaml");
        text.ShouldStartWith("items:\n  - name: one\n");
    }

    [Fact]
    public async Task Check_reports_every_error_with_its_place_and_ends_with_2()
    {
        folder.Put("bad.yaml", "kind: user\nversion: v2\nmetadata: {name: bob}\nspec: {rolls: []}\n");
        var (code, _, error) = await GateProcess.RunAsync("check", folder.WorkTree, "--config", folder.ConfigPath);
        code.ShouldBe(2);
        error.ShouldContain($"error: {folder.WorkTree}/bad.yaml:4:");
        (code, var text, _) = await GateProcess.RunAsync("check", folder.WorkTree, "--config", folder.ConfigPath, "--format", "github");
        code.ShouldBe(2);
        text.ShouldStartWith($"::error file={folder.WorkTree}/bad.yaml,line=4,");
    }

    /// <summary>A pipeline has the repository and the gate's configuration, and none of the gate's files.</summary>
    [Fact]
    public async Task Check_needs_no_file_of_the_gates_host_unless_asked()
    {
        var config = folder.Write("ci/teleport.yaml", File.ReadAllText(folder.ConfigPath).Replace(folder.Path, "/nonexistent", StringComparison.Ordinal)
            .Replace("drain_timeout", "kubeconfig_directories: [/nonexistent/kube]\n  allow_system_principals: [system:masters]\n  drain_timeout", StringComparison.Ordinal));
        folder.Write("ci/m/role.yaml", "kind: role\nversion: v7\nmetadata: {name: admin}\nspec: {allow: {kubernetes_labels: {'*': '*'}, kubernetes_groups: ['system:masters'], kubernetes_resources: [{kind: '*', name: '*', namespace: '*', verbs: ['*']}]}}\n");
        folder.Write("ci/m/host.yaml", "kind: kube_cluster\nversion: v3\nmetadata: {name: host, labels: {env: dev}}\nspec: {kubeconfig_file: /nonexistent/kube/host}\n");
        var manifests = Path.Combine(folder.Path, "ci", "m");

        var (code, text, error) = await GateProcess.RunAsync("check", manifests, "--config", config);
        (code, text, error).ShouldBe((0, "no errors in 2 resources\n", ""));

        (code, _, error) = await GateProcess.RunAsync("check", manifests, "--config", config, "--files");
        code.ShouldBe(2);
        error.ShouldContain("/nonexistent/server.crt");
        error.ShouldContain("spec.kubeconfig_file");
        (code, _, error) = await GateProcess.RunAsync("check", "--config", config);
        code.ShouldBe(2);
        error.ShouldContain("/nonexistent/server.crt");

        // What is wrong whatever the files hold is still said.
        folder.Write("ci/m/host.yaml", "kind: kube_cluster\nversion: v3\nmetadata: {name: host, labels: {env: dev}}\nspec: {kubeconfig_file: /elsewhere/host}\n");
        (code, _, error) = await GateProcess.RunAsync("check", manifests, "--config", config);
        code.ShouldBe(2);
        error.ShouldContain("kubeconfig_directories");
    }

    [Fact]
    public async Task Check_goes_on_past_a_name_that_is_not_UTF_8()
    {
        folder.Put("bad.yaml", "kind: user\nversion: v2\nmetadata: {name: bob}\nspec: {rolls: []}\n");
        using (var bash = System.Diagnostics.Process.Start("bash", ["-c", $"printf x > \"$(printf '{folder.WorkTree}/caf\\351.yaml')\""]))
        {
            await bash.WaitForExitAsync();
        }

        var (code, _, error) = await GateProcess.RunAsync("check", folder.WorkTree, "--config", folder.ConfigPath);
        File.Delete(Path.Combine(folder.WorkTree, "bad.yaml"));
        using (var bash = System.Diagnostics.Process.Start("bash", ["-c", $"rm {folder.WorkTree}/caf*"]))
        {
            await bash.WaitForExitAsync();
        }

        code.ShouldBe(2);
        error.ShouldContain($"error: {folder.WorkTree}/caf\\xe9.yaml: the path holds");
        error.ShouldContain($"error: {folder.WorkTree}/bad.yaml:4:");
    }

    [Fact]
    public async Task Usage_errors_end_with_2_and_an_absent_daemon_with_4()
    {
        var (code, _, error) = await GateProcess.RunAsync("sink");
        code.ShouldBe(2);
        error.ShouldStartWith("error: ");
        (code, _, error) = await GateProcess.RunAsync("status", "--socket", "/nonexistent/admin.sock");
        code.ShouldBe(4);
        error.ShouldStartWith("error: the daemon is not reachable");
        (code, _, error) = await GateProcess.RunAsync("start", "--config", "/nonexistent/teleport.yaml");
        code.ShouldBe(2);
        error.ShouldStartWith("error: /nonexistent/teleport.yaml: does not exist");
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        GateProcess.RunAsync([.. arguments, "--config", folder.ConfigPath]);
}
