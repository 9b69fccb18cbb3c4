using System.Text;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Tests.State;

namespace Tidegate.Tests.Manifests;

public sealed class ExampleManifestsTests
{
    [Fact]
    public void The_example_loads_without_a_problem()
    {
        var root = Path.Combine(AppContext.BaseDirectory, "manifests-example");
        var files = Directory.EnumerateFiles(root, "*.yaml", SearchOption.AllDirectories)
            .Select(f => ManifestReader.Read(Path.GetRelativePath(root, f), File.ReadAllBytes(f), "rev"))
            .ToArray();

        var state = StateFixture.Build(DesiredState.Empty, new BuildOptions { Selectors = [StateFixture.Selector("env", "*")] }, files);

        state.Problems.ShouldBeEmpty();
        state.Clusters.Keys.Order().ShouldBe(["dev-eu", "prod-eu"]);
        state.Roles.Keys.Order().ShouldBe(["dev-namespaces", "kube-admin", "kube-edit", "kube-view"]);
        state.Users.Keys.Order().ShouldBe(["alice", "bob", "carol"]);
        state.Connectors.Keys.ShouldBe(["certificates"]);
    }

    [Fact]
    public void The_role_of_the_readme_loads_and_says_what_it_shows()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md"));
        var start = readme.IndexOf("```yaml\nkind: role", StringComparison.Ordinal) + "```yaml\n".Length;
        var manifest = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];

        var state = StateFixture.Build(DesiredState.Empty, new BuildOptions { Selectors = [] }, ManifestReader.Read("role.yaml", Encoding.UTF8.GetBytes(manifest), "rev"));

        state.Problems.ShouldBeEmpty();
        var role = state.Roles["developer"];
        role.Allow.KubernetesResources.Select(r => r.Kind).ShouldBe(["pods", "deployments"]);
        role.Deny.KubernetesResources.Select(r => r.Kind).ShouldBe(["secrets"]);
        role.Options.ClientIdleTimeout.ShouldBe(TimeSpan.FromMinutes(30));
    }
}
