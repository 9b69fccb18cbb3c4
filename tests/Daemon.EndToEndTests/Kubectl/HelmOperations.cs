namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>A chart's life.</summary>
internal static class HelmOperations
{
    public static async Task InstallListUninstallAsync(KubectlSession session)
    {
        string release = session.Name("chart");
        session.WriteFile("chart/Chart.yaml", "apiVersion: v2\nname: sample\nversion: 0.1.0\n");
        session.WriteFile("chart/values.yaml", "mode: first\n");
        session.WriteFile("chart/templates/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  mode: {{ .Values.mode }}\n");
        session.WriteFile("chart/templates/service.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  selector:\n    app: web\n  ports:\n  - port: 80\n");
        await session.HelmAsync("install", release, "chart", "-n", "dev");
        (await session.HelmAsync("list", "-n", "dev", "-q")).ShouldContain(release);
        await session.HelmAsync("upgrade", release, "chart", "-n", "dev", "--set", "mode=second");
        (await session.KubectlAsync("get", "configmap", release, "-n", "dev", "-o", "jsonpath={.data.mode}")).ShouldBe("second");
        await session.HelmAsync("uninstall", release, "-n", "dev");
        (await session.KubectlAsync("get", "configmaps,services", "-n", "dev", "-o", "name")).ShouldNotContain(release);
    }
}
