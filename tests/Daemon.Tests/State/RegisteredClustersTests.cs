using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>Which clusters are registered: those of the repository that a selector matches, and the static ones, which win over them.</summary>
public sealed class RegisteredClustersTests
{
    [Fact]
    public void Selectors_decide_what_is_registered()
    {
        var options = new BuildOptions { Selectors = [Selector("env", "prod"), Selector("region", "eu-*")] };

        var state = Build(DesiredState.Empty, options, File("a", Cluster("a", "env: prod"), Cluster("b", "region: eu-1"), Cluster("c", "env: dev"), Cluster("d")));

        state.Clusters.Keys.Order().ShouldBe(["a", "b"]);
        state.Unselected.Keys.Order().ShouldBe(["c", "d"]);
        state.Problems.ShouldBeEmpty();
        state.Revision!.Id.ShouldBe("0123456789abcdef");
    }

    [Fact]
    public void Without_selectors_no_cluster_is_registered() =>
        Build(DesiredState.Empty, new BuildOptions { Selectors = [] }, File("a", Cluster("a"))).Clusters.ShouldBeEmpty();

    [Fact]
    public void A_static_cluster_wins_over_one_of_the_repository()
    {
        var fixedOne = new KubeCluster("a", LabelSet.Empty, new ClusterCredential(new Uri("https://static.example.com")), new Origin("/etc/kubeconfig", 7, "")) { IsStatic = true };
        var options = new BuildOptions { Selectors = [], StaticClusters = [fixedOne] };

        var state = Build(DesiredState.Empty, options, File("a", Cluster("a")));

        state.Clusters["a"].ShouldBeSameAs(fixedOne);
        state.Unselected.ShouldBeEmpty();
        Problems(state).ShouldBe(["a:1: the gate's own configuration has a cluster \"a\" (/etc/kubeconfig:7), which wins: rename this one"]);
        state.Problems[0].Resource.ShouldBe("kube_cluster/a");
    }

    [Fact]
    public void A_static_cluster_is_never_the_last_good_version_of_a_manifest()
    {
        var fixedOne = new KubeCluster("a", LabelSet.Empty, new ClusterCredential(new Uri("https://static.example.com")), new Origin("/etc/kubeconfig", 7, "")) { IsStatic = true };
        var before = Build(DesiredState.Empty, new BuildOptions { Selectors = [], StaticClusters = [fixedOne] });

        Build(before, File("a", Cluster("a") + "\nbogus: 1")).Clusters.ShouldBeEmpty();
    }
}
