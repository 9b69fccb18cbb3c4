using Tidegate.State;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>A cluster whose kubeconfig is a file of the gate's host, which <c>kubeconfig_file</c> names.</summary>
public sealed class KubeconfigFileTests
{
    [Fact]
    public void A_kubeconfig_of_the_host_may_name_any_address()
    {
        var directory = Directory.CreateTempSubdirectory("tidegate-state-").FullName;
        try
        {
            var path = Path.Combine(directory, "c");
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("t").Replace("one.example.com", "127.0.0.1", StringComparison.Ordinal));
            var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig_file: {path}}}");

            var state = Build(DesiredState.Empty, Everything with { KubeconfigDirectories = [directory] }, file);

            state.Problems.ShouldBeEmpty();
            state.Clusters["c"].Credential.Server.Host.ShouldBe("127.0.0.1");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("/srv/kubeconfigs/c", "")]
    [InlineData("/srv/kubeconfigs/../c", "the file is under none of the directories that kubernetes_service.kubeconfig_directories lists in the gate's configuration")]
    [InlineData("/srv/c", "the file is under none of the directories that kubernetes_service.kubeconfig_directories lists in the gate's configuration")]
    public void Where_files_of_the_host_are_not_read_only_their_place_counts(string path, string problem)
    {
        var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig_file: {path}}}");

        var state = Build(DesiredState.Empty, Everything with { ReadsHostFiles = false, KubeconfigDirectories = ["/srv/kubeconfigs"] }, file);

        state.Clusters.Count.ShouldBe(problem.Length == 0 ? 1 : 0);
        string.Concat(state.Problems.Select(p => p.Message)).ShouldBe(problem);
        Build(DesiredState.Empty, new BuildOptions { Selectors = Everything.Selectors, KubeconfigDirectories = ["/srv/kubeconfigs"] }, file).Clusters.ShouldBeEmpty("files are read unless it is said otherwise");
    }

    [Fact]
    public void A_kubeconfig_of_the_host_is_read_again_in_every_pass()
    {
        var directory = Directory.CreateTempSubdirectory("tidegate-state-").FullName;
        try
        {
            var path = Path.Combine(directory, "c");
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("first"));
            var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c, labels: {{env: dev}}}}\nspec: {{kubeconfig_file: {path}}}");
            var options = Everything with { KubeconfigDirectories = [directory] };

            var first = Build(DesiredState.Empty, options, file);
            var same = Build(first, options, file);
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("second"));
            var second = Build(same, options, file);
            System.IO.File.Delete(path);
            var gone = Build(second, options, file);

            same.Clusters["c"].ShouldBeSameAs(first.Clusters["c"]);
            Differ.Diff(first, second).Changes.ShouldHaveSingleItem().Details.ShouldBe(["spec.kubeconfig: credential changed"]);
            gone.Clusters["c"].Credential.Token.ShouldBe("second");
            gone.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
            Build(file).Problems.ShouldHaveSingleItem().Message.ShouldContain("kubeconfig_directories");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
