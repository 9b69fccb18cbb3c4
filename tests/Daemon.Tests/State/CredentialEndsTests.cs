using System.Buffers.Text;
using System.Text;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

public sealed class CredentialEndsTests
{
    [Fact]
    public void A_token_that_has_ended_or_ends_soon_is_warned_of_where_the_kubeconfig_stands()
    {
        var state = Build(File("a", Cluster("old", token: Token(exp: -1)), Cluster("soon", token: Token(exp: 13)), Cluster("late", token: Token(exp: 15)), Cluster("early", token: Token(exp: 99, nbf: 1))));

        state.Clusters.Keys.Order().ShouldBe(["early", "late", "old", "soon"]);
        state.Problems.Select(p => $"{p} [{p.Resource}{(p.IsWarning ? ", warning" : "")}]").ShouldBe(
        [
            "a:4:20: spec.kubeconfig: the token of the kubeconfig ended at 2025-12-31 00:00Z, so the cluster does not accept it: put a new one in its place [kube_cluster/old, warning]",
            "a:9:20: spec.kubeconfig: the token of the kubeconfig ends at 2026-01-14 00:00Z, in less than 14 days: put a new one in its place before [kube_cluster/soon, warning]",
            "a:19:20: spec.kubeconfig: the token of the kubeconfig is good only from 2026-01-02 00:00Z on, until then the cluster does not accept it [kube_cluster/early, warning]",
        ]);
    }

    [Fact]
    public void The_state_is_built_again_when_something_else_is_to_be_said()
    {
        var files = File("a", Cluster("late", token: Token(exp: 15)), User("bob", expires: "2026-01-05T00:00:00Z"));

        foreach (var (day, next, warnings) in ((int, int?, int)[])[(0, 1, 0), (1, 4, 1), (4, 15, 1), (14, 15, 1), (15, null, 1), (99, null, 1)])
        {
            var state = DesiredStateBuilder.Build(null, [files], DesiredState.Empty, Everything, Now.AddDays(day));

            // The authority of the sample ends too, in 2070.
            var turn = state.NextExpiry?.Year == 2069 ? null : state.NextExpiry;
            (turn, state.Problems.Count).ShouldBe((next is { } days ? Now.AddDays(days) : null, warnings), $"on day {day}");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(13)]
    public void An_end_is_said_each_day_until_there_is_another_credential(int day) =>
        Build(File("a", Cluster("c", token: Token(exp: day)))).Problems.ShouldHaveSingleItem().RepeatsDaily.ShouldBeTrue();

    [Fact]
    public void A_cluster_that_no_selector_matches_is_warned_of_too() =>
        Build(DesiredState.Empty, new BuildOptions { Selectors = [] }, File("a", Cluster("old", token: Token(exp: -1)))).Problems.ShouldHaveSingleItem();

    [Fact]
    public void A_static_cluster_is_warned_of_at_its_context()
    {
        var credential = new ClusterCredential(new("https://c.example.com")) { Token = Token(exp: -1) };
        var options = Everything with { StaticClusters = [new("c", LabelSet.Empty, credential, new Origin("/etc/kubeconfig", 7, "")) { IsStatic = true }] };

        var problem = Build(DesiredState.Empty, options).Problems.ShouldHaveSingleItem();
        problem.ToString().ShouldStartWith("/etc/kubeconfig:7: contexts: the token of the kubeconfig ended");
        problem.IsWarning.ShouldBeTrue();
    }

    [Fact]
    public void Of_several_clusters_the_first_end_is_waited_for() =>
        Build(File("a", Cluster("a", token: Token(exp: 30)), Cluster("b", token: Token(exp: 20)), Cluster("c", token: Token(exp: 25)))).NextExpiry.ShouldBe(Now.AddDays(6));

    [Fact]
    public void A_last_good_version_of_which_nobody_kept_the_places_is_warned_of_at_its_line()
    {
        var cluster = new KubeCluster("c", LabelSet.Empty, new ClusterCredential(new("https://c.example.com")) { Token = Token(exp: -1) }, new Origin("a", 7, "rev"));
        var stored = new DesiredState { Clusters = new Dictionary<string, KubeCluster> { ["c"] = cluster } };

        var warning = Build(stored, File("a", Cluster("c") + "\nbogus: 1")).Problems.Single(p => p.IsWarning);

        warning.ToString().ShouldStartWith("a:7: spec.kubeconfig: the token of the kubeconfig ended");
    }

    /// <summary>A token, with its times in days after the fixture's.</summary>
    private static string Token(int exp, int? nbf = null)
    {
        var payload = $"{{\"exp\":{Now.AddDays(exp).ToUnixTimeSeconds()}{(nbf is { } from ? $",\"nbf\":{Now.AddDays(from).ToUnixTimeSeconds()}" : "")}}}";
        return $"eyJhbGciOiJSUzI1NiJ9.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2ln";
    }
}
