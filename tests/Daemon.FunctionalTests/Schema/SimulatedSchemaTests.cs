using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;
using Tidegate.Schema;
using Tidegate.Simulation;
using Tidegate.Upstream;

namespace Tidegate.FunctionalTests.Schema;

public sealed class SimulatedSchemaTests
{
    [Fact]
    public async Task The_simulated_clusters_kinds_are_known_in_two_requests()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        var credential = new ClusterCredential(new(cluster.Url)) { CertificateAuthorityPem = cluster.AuthorityPem, Token = cluster.GateToken };
        var schema = new ClusterSchema(
            "c1", new UpstreamCluster(credential, Loopback.Upstream, TimeProvider.System), TimeProvider.System, NullLogger<ClusterSchema>.Instance);

        (await schema.ScopeOfAsync("apps", "deployments", CancellationToken.None)).ShouldBe(KindScope.Namespaced);
        (await schema.ScopeOfAsync("", "nodes", CancellationToken.None)).ShouldBe(KindScope.Cluster);
        schema.Current!.Find("", "pods")!.Subresources.ShouldContain("exec");
        schema.Current.Find("", "pods")!.Kind.ShouldBe("Pod");
        cluster.Requests.Select(r => r.RawTarget).ShouldBe(["/api", "/apis"]);
    }
}
