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
}
