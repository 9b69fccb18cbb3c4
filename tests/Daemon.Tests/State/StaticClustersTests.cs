using Tidegate.State;

namespace Tidegate.Tests.State;

public sealed class StaticClustersTests
{
    [Fact]
    public void Contexts_whose_name_is_no_cluster_name_are_left_out()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                clusters: [{name: c, cluster: {server: https://c.example.com}}]
                users: [{name: u, user: {token: t}}]
                contexts:
                - {name: good, context: {cluster: c, user: u}}
                - {name: admin@c, context: {cluster: c, user: u}}
                """);

            var (clusters, problems) = StaticClusters.Load(path, allowInsecureSkipTlsVerify: false);

            var only = clusters.ShouldHaveSingleItem();
            (only.Name, only.IsStatic, only.Origin.Line).ShouldBe(("good", true, 4));
            problems.ShouldHaveSingleItem().Message.ShouldStartWith("context \"admin@c\" is left out");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("context: {cluster: c, user: u}", "[good, other] ")]
    [InlineData("context: {cluster: c, user: plugin}", "[good] 8: context \"other\" is left out: a credential plugin would run a program on the gate's host and is never run: use a service account's token or a client certificate")]
    [InlineData("context: {cluster: c, user: old}", "[good] 9: context \"other\" is left out: authentication plugins are not supported: use a service account's token or a client certificate")]
    [InlineData("context: {cluster: file, user: u}", "[good] 5: context \"other\" is left out: the file absent.pem cannot be read: ")]
    [InlineData("context: {cluster: absent, user: u}", "[good] 12: context \"other\" is left out: there is no cluster \"absent\" in the kubeconfig")]
    [InlineData("context: {cluster: c, user: absent}", "[good] 12: context \"other\" is left out: there is no user \"absent\" in the kubeconfig")]
    [InlineData("context: {cluster: c, user: late}", "[good] 10: context \"other\" is left out: the file absent does not exist")]
    public void Each_context_that_is_not_served_is_told_with_its_line(string context, string expected)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                apiVersion: v1
                kind: Config
                clusters:
                - {name: c, cluster: {server: "https://c.example.com"}}
                - {name: file, cluster: {server: "https://c.example.com", certificate-authority: absent.pem}}
                users:
                - {name: u, user: {token: t}}
                - {name: plugin, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}}
                - {name: old, user: {auth-provider: {name: gcp}}}
                - {name: late, user: {tokenFile: absent}}
                contexts:
                - {name: other, CONTEXT}
                - {name: good, context: {cluster: c, user: u}}
                """.Replace("CONTEXT", context, StringComparison.Ordinal));

            var (clusters, problems) = StaticClusters.Load(path, allowInsecureSkipTlsVerify: false);

            var names = string.Join(", ", clusters.Select(c => c.Name).Order(StringComparer.Ordinal));
            problems.ShouldAllBe(p => p.File == path);
            $"[{names}] {string.Join("; ", problems.Select(p => $"{p.Line}: {p.Message}"))}".ShouldStartWith(expected);
            clusters.ShouldAllBe(c => c.Labels.ToString() == "teleport.dev/origin=config-file");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_is_not_served_is_in_the_state_and_leaves_the_commit_whole()
    {
        var problem = new Tidegate.Values.Problem("/etc/kubeconfig", 3, 0, "contexts", "context \"x\" is left out");

        var state = StateFixture.Build(DesiredState.Empty, StateFixture.Everything with { StaticProblems = [problem] }, StateFixture.File("a", StateFixture.Cluster("a")));

        state.Clusters.Keys.ShouldBe(["a"]);
        state.Problems.ShouldHaveSingleItem().ShouldBe(problem with { IsWarning = true });
    }
}
