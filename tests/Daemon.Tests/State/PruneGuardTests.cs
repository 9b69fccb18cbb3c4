using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.State;

public sealed class PruneGuardTests
{
    [Theory]
    [InlineData(10, 5, 50, false)]
    [InlineData(10, 4, 50, true)]
    [InlineData(10, 6, 30, true)]
    [InlineData(10, 7, 30, false)]
    [InlineData(4, 1, 50, false)]
    [InlineData(5, 1, 50, true)]
    [InlineData(100, 96, 0, true)]
    [InlineData(100, 97, 0, false)]
    [InlineData(10, 1, 100, false)]
    [InlineData(2, 0, 100, true)]
    [InlineData(1, 0, 0, false)]
    [InlineData(0, 0, 0, false)]
    public void A_pass_that_removes_more_than_permitted_is_refused(int before, int after, int percent, bool refused) =>
        (PruneGuard.Refusal(State(before), State(after), percent, StateFixture.Now) is not null).ShouldBe(refused);

    [Fact]
    public void The_refusal_says_how_many_and_what_to_do() =>
        PruneGuard.Refusal(State(10), State(2), 50, StateFixture.Now).ShouldBe(
            "the commit would unregister 8 of 10 clusters, more than gitops_service.prune.max_removed_percent (50) permits: confirm the removal, or restore the manifests");

    [Fact]
    public void A_replaced_cluster_counts_as_removed_and_a_new_one_does_not_make_up_for_it() =>
        PruneGuard.Refusal(State(10), State(10, from: 8), 50, StateFixture.Now).ShouldNotBeNull();

    [Fact]
    public void Clusters_of_the_configuration_and_those_whose_time_is_up_are_not_counted()
    {
        PruneGuard.Refusal(State(10, change: c => c with { IsStatic = true }), State(0), 50, StateFixture.Now).ShouldBeNull();
        PruneGuard.Refusal(State(10, change: c => c with { Expires = StateFixture.Now }), State(0), 50, StateFixture.Now).ShouldBeNull();
    }

    [Fact]
    public void A_commit_that_leaves_nothing_is_refused_also_without_clusters()
    {
        var before = StateFixture.Build(StateFixture.File("a", StateFixture.User("a"), StateFixture.User("b")));

        PruneGuard.Refusal(before, DesiredState.Empty, 100, StateFixture.Now).ShouldNotBeNull();
    }

    private static DesiredState State(int count, int from = 0, Func<KubeCluster, KubeCluster>? change = null) => new()
    {
        Clusters = Enumerable.Range(from, count)
            .Select(i => new KubeCluster($"c{i}", LabelSet.Empty, new ClusterCredential(new Uri("https://c.example.com")), new Origin("f", 1, "")))
            .Select(c => change?.Invoke(c) ?? c)
            .ToDictionary(c => c.Name),
    };
}
