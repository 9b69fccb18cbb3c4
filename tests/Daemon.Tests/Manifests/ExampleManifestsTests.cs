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
}
