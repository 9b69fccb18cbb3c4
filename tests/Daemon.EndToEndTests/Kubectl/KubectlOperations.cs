using System.Text.Json.Nodes;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>The operations of the matrix.</summary>
internal static class KubectlOperations
{
    public static readonly IReadOnlyList<KubectlOperation> All =
    [
        new("version", Travels.Plain, VersionAsync),
        new("api-resources", Travels.Plain, ApiResourcesAsync),
        new("get", Travels.Plain, GetAsync),
        new("get -o yaml", Travels.Plain, GetYamlAsync),
        new("get -A", Travels.Plain, GetAllNamespacesAsync),
        new("get -w", Travels.Plain, WatchAsync),
        new("describe", Travels.Plain, DescribeAsync),
        new("explain", Travels.Plain, ExplainAsync) { Since = 29 },
        new("create", Travels.Plain, ObjectOperations.CreateAsync),
        new("apply", Travels.Plain, ObjectOperations.ApplyAsync),
        new("apply --server-side", Travels.Plain, ObjectOperations.ApplyServerSideAsync),
        new("edit", Travels.Plain, ObjectOperations.EditAsync),
        new("patch", Travels.Plain, ObjectOperations.PatchAsync),
        new("label", Travels.Plain, ObjectOperations.LabelAsync),
        new("scale", Travels.Plain, ObjectOperations.ScaleAsync),
        new("rollout status", Travels.Plain, ObjectOperations.RolloutAsync),
        new("delete", Travels.Plain, ObjectOperations.DeleteAsync),
        new("logs", Travels.Plain, LogsAsync),
        new("logs -f", Travels.Plain, FollowLogsAsync),
        new("exec", Travels.AsCommand, StreamOperations.ExecAsync),
        new("exec -i", Travels.AsCommand, StreamOperations.ExecInputAsync),
        new("exec -it", Travels.AsCommand, StreamOperations.ExecTerminalAsync),
        new("attach", Travels.AsCommand, StreamOperations.AttachAsync),
        new("cp to and from", Travels.AsCommand, StreamOperations.CopyAsync),
        new("port-forward", Travels.AsPortForward, StreamOperations.PortForwardAsync),
        new("debug", Travels.AsCommand, StreamOperations.DebugAsync),
        new("proxy", Travels.Plain, StreamOperations.ProxyAsync),
        new("auth whoami", Travels.Plain, WhoamiAsync) { Since = 29 },
        new("auth can-i", Travels.Plain, CanIAsync),
        new("top", Travels.Plain, TopAsync),
        new("helm", Travels.Plain, HelmOperations.InstallListUninstallAsync),
    ];

    /// <summary>Theory data: the name of each operation that a kubectl version has, with each transport that it can take there.</summary>
    public static IEnumerable<object[]> Cases(int minor) =>
        from operation in All
        where operation.Since <= minor
        from transport in operation.TransportsOf(new KubectlBuild(minor, "", ""))
        select new object[] { operation.Name, transport };

    private static async Task VersionAsync(KubectlSession session)
    {
        JsonNode version = JsonNode.Parse(await session.KubectlAsync("version", "-o", "json"))!;
        version["serverVersion"]!["gitVersion"]!.GetValue<string>().ShouldBe("v1.35.0-simulated");
        version["clientVersion"]!["minor"]!.GetValue<string>().ShouldStartWith($"{session.Build.Minor}");
    }

    private static async Task ApiResourcesAsync(KubectlSession session)
    {
        string output = await session.KubectlAsync("api-resources", "-o", "wide");
        output.ShouldContain("deployments");
        output.ShouldContain("rbac.authorization.k8s.io/v1");
        output.ShouldContain("selfsubjectaccessreviews");
    }

    private static async Task GetAsync(KubectlSession session)
    {
        string output = await session.KubectlAsync("get", "pods", "-n", "default");
        output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
        output.ShouldMatch(@"web-0\s+1/1\s+Running\s+0");
    }

    private static async Task GetYamlAsync(KubectlSession session)
    {
        string output = await session.KubectlAsync("get", "configmap", "settings", "-n", "default", "-o", "yaml");
        output.ShouldContain("kind: ConfigMap");
        output.ShouldContain("mode: demo");
    }

    private static async Task GetAllNamespacesAsync(KubectlSession session)
    {
        string output = await session.KubectlAsync("get", "pods", "-A", "--chunk-size=2");
        output.ShouldMatch(@"default\s+web-0");
        output.ShouldMatch(@"dev\s+api-0");
        output.ShouldMatch(@"prod\s+shop-");
    }

    private static async Task WatchAsync(KubectlSession session)
    {
        string name = session.Name("watched");
        await using RunningProgram watch = session.StartKubectl("get", "configmaps", "-n", "dev", "-w", "--output-watch-events", "-l", $"of={name}");
        await session.KubectlAsync("create", "configmap", "-n", "dev", name, "--from-literal=a=1");
        await session.KubectlAsync("label", "configmap", "-n", "dev", name, $"of={name}");
        await watch.WaitForAsync("ADDED", session.Cancelled);
        await session.KubectlAsync("delete", "configmap", "-n", "dev", name);
        (await watch.WaitForAsync("DELETED", session.Cancelled)).ShouldContain(name);
    }

    private static async Task DescribeAsync(KubectlSession session)
    {
        string output = await session.KubectlAsync("describe", "pod", "web-0", "-n", "default");
        output.ShouldMatch(@"Name:\s+web-0");
        output.ShouldMatch(@"Status:\s+Running");
        output.ShouldMatch(@"Ready\s+True");
    }

    private static async Task ExplainAsync(KubectlSession session) =>
        (await session.KubectlAsync("explain", "deployment")).ShouldContain("APIVersion defines the versioned schema");

    private static async Task LogsAsync(KubectlSession session)
    {
        session.Target.Cluster.EmitLog("default", "web-1", session.Name("before"));
        session.Target.Cluster.EmitLog("default", "web-1", session.Name("last"));
        (await session.KubectlAsync("logs", "-n", "default", "web-1", "--tail=1")).ShouldBe(session.Name("last") + "\n");
        (await session.KubectlAsync("logs", "-n", "default", "web-1")).ShouldContain(session.Name("before"));
    }

    private static async Task FollowLogsAsync(KubectlSession session)
    {
        await using RunningProgram logs = session.StartKubectl("logs", "-n", "default", "web-1", "-f", "--tail=1");
        session.Target.Cluster.EmitLog("default", "web-1", session.Name("early"));
        await logs.WaitForAsync("tick", session.Cancelled);
        session.Target.Cluster.EmitLog("default", "web-1", session.Name("late"));
        await logs.WaitForAsync(session.Name("late"), session.Cancelled);
    }

    private static async Task WhoamiAsync(KubectlSession session)
    {
        JsonNode review = JsonNode.Parse(await session.KubectlAsync("auth", "whoami", "-o", "json"))!;
        review["status"]!["userInfo"]!["username"]!.GetValue<string>().ShouldBe(session.Target.User);
    }

    private static async Task CanIAsync(KubectlSession session)
    {
        (await session.KubectlAsync("auth", "can-i", "delete", "pods", "-n", "default")).Trim().ShouldBe("yes");
        (await session.KubectlAsync("auth", "can-i", "--list", "-n", "default")).ShouldContain("Verbs");
    }

    private static async Task TopAsync(KubectlSession session)
    {
        ProgramResult result = await session.TryKubectlAsync(null, "top", "pods", "-n", "default");
        result.ExitCode.ShouldBe(1);
        result.Error.Trim().ShouldBe("error: Metrics API not available");
    }
}
