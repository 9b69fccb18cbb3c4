namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>Operations that write objects. All write into the namespace <c>dev</c>, under names of their own.</summary>
internal static class ObjectOperations
{
    public static async Task CreateAsync(KubectlSession session)
    {
        string name = session.Name("created");
        (await session.KubectlAsync("create", "deployment", name, "-n", "dev", "--image=registry.example.com/app:1", "--replicas=2")).Trim().ShouldBe($"deployment.apps/{name} created");
        (await session.KubectlAsync("get", "pods", "-n", "dev", "-l", $"app={name}", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        ProgramResult again = await session.TryKubectlAsync(null, "create", "deployment", name, "-n", "dev", "--image=x");
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain($"deployments.apps \"{name}\" already exists");
    }

    public static async Task ApplyAsync(KubectlSession session)
    {
        string name = session.Name("applied");
        string file = session.WriteFile("map.yaml", Map(name, "one"));
        (await session.KubectlAsync("apply", "-n", "dev", "-f", file)).Trim().ShouldBe($"configmap/{name} created");
        session.WriteFile("map.yaml", Map(name, "two"));
        (await session.KubectlAsync("apply", "-n", "dev", "-f", file)).Trim().ShouldBe($"configmap/{name} configured");
        (await session.KubectlAsync("apply", "-n", "dev", "-f", file)).Trim().ShouldBe($"configmap/{name} unchanged");
        (await ValueAsync(session, name)).ShouldBe("two");
    }

    public static async Task ApplyServerSideAsync(KubectlSession session)
    {
        string name = session.Name("applied");
        string file = session.WriteFile("map.yaml", Map(name, "one") + "  extra: gone\n");
        (await session.KubectlAsync("apply", "--server-side", "-n", "dev", "-f", file)).Trim().ShouldBe($"configmap/{name} serverside-applied");
        session.WriteFile("map.yaml", Map(name, "two"));
        await session.KubectlAsync("apply", "--server-side", "-n", "dev", "-f", file);
        (await ValueAsync(session, name)).ShouldBe("two");
        (await session.KubectlAsync("get", "configmap", name, "-n", "dev", "-o", "jsonpath={.data.extra}")).ShouldBe("");
    }

    public static async Task EditAsync(KubectlSession session)
    {
        string name = await NewMapAsync(session);
        await session.KubectlWithAsync("KUBE_EDITOR", "sed -i s/one/edited/", "edit", "configmap", name, "-n", "dev");
        (await ValueAsync(session, name)).ShouldBe("edited");
    }

    public static async Task PatchAsync(KubectlSession session)
    {
        string name = await NewMapAsync(session);
        await session.KubectlAsync("patch", "configmap", name, "-n", "dev", "-p", """{"data":{"key":"strategic"}}""");
        (await ValueAsync(session, name)).ShouldBe("strategic");
        await session.KubectlAsync("patch", "configmap", name, "-n", "dev", "--type=merge", "-p", """{"data":{"key":"merged"}}""");
        (await ValueAsync(session, name)).ShouldBe("merged");
        await session.KubectlAsync("patch", "configmap", name, "-n", "dev", "--type=json", "-p", """[{"op":"replace","path":"/data/key","value":"by json"}]""");
        (await ValueAsync(session, name)).ShouldBe("by json");
    }

    public static async Task LabelAsync(KubectlSession session)
    {
        string name = await NewMapAsync(session);
        await session.KubectlAsync("label", "configmap", name, "-n", "dev", $"tier={name}");
        (await session.KubectlAsync("get", "configmaps", "-n", "dev", "-l", $"tier in ({name},other),!absent", "-o", "name")).Trim().ShouldBe($"configmap/{name}");
        await session.KubectlAsync("label", "configmap", name, "-n", "dev", "tier-");
        (await session.KubectlAsync("get", "configmaps", "-n", "dev", "-l", $"tier={name}", "-o", "name")).ShouldBe("");
    }

    public static async Task ScaleAsync(KubectlSession session)
    {
        string name = await NewDeploymentAsync(session);
        await session.KubectlAsync("scale", "deployment", name, "-n", "dev", "--replicas=3");
        (await session.KubectlAsync("get", "deployment", name, "-n", "dev")).ShouldMatch($@"{name}\s+3/3\s+3\s+3");
        await session.KubectlAsync("scale", "deployment", name, "-n", "dev", "--replicas=0");
        (await session.KubectlAsync("get", "pods", "-n", "dev", "-l", $"app={name}", "-o", "name")).ShouldBe("");
    }

    public static async Task RolloutAsync(KubectlSession session)
    {
        string name = await NewDeploymentAsync(session);
        await session.KubectlAsync("rollout", "restart", $"deployment/{name}", "-n", "dev");
        (await session.KubectlAsync("rollout", "status", $"deployment/{name}", "-n", "dev", "--timeout=5m")).ShouldContain("successfully rolled out");
    }

    public static async Task DeleteAsync(KubectlSession session)
    {
        string name = await NewDeploymentAsync(session);
        await session.KubectlAsync("delete", "deployment", name, "-n", "dev", "--timeout=5m");
        ProgramResult gone = await session.TryKubectlAsync(null, "get", "deployment", name, "-n", "dev");
        gone.Error.Trim().ShouldBe($"Error from server (NotFound): deployments.apps \"{name}\" not found");
        (await session.KubectlAsync("get", "pods", "-n", "dev", "-l", $"app={name}", "-o", "name")).ShouldBe("");
    }

    private static string Map(string name, string value) => $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: {value}\n";

    private static Task<string> ValueAsync(KubectlSession session, string name) =>
        session.KubectlAsync("get", "configmap", name, "-n", "dev", "-o", "jsonpath={.data.key}");

    private static async Task<string> NewMapAsync(KubectlSession session)
    {
        string name = session.Name("map");
        await session.KubectlAsync("create", "configmap", name, "-n", "dev", "--from-literal=key=one");
        return name;
    }

    private static async Task<string> NewDeploymentAsync(KubectlSession session)
    {
        string name = session.Name("app");
        await session.KubectlAsync("create", "deployment", name, "-n", "dev", "--image=registry.example.com/app:1");
        return name;
    }
}
