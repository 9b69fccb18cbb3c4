using System.Net;
using System.Net.Sockets;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Gate;

/// <summary>Where a cluster of the repository may be, as the command line and the daemon say it.</summary>
public sealed class ClusterAddressTests : IAsyncLifetime
{
    private readonly GateFolder folder = new();
    private SimulatedCluster cluster = null!;

    public async Task InitializeAsync() => cluster = await folder.PushClusterAsync();

    public async Task DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("https://127.0.0.1:6443", "127.0.0.1:6443 is a loopback address")]
    [InlineData("https://169.254.169.254", "169.254.169.254 is a link-local address")]
    [InlineData("https://0.0.0.0:6443", "0.0.0.0:6443 is an unspecified address")]
    public async Task Check_and_the_daemon_refuse_the_same_address_with_the_same_error(string server, string expected)
    {
        folder.Configure("allow_addresses: [127.0.0.0/8, \"::1\"]", "allow_addresses: []");
        folder.PutCluster("one", cluster.GateKubeconfig().Replace(cluster.Url, server, StringComparison.Ordinal), "{env: dev}");
        folder.Push("Reach for the host");
        var error = $"one.yaml:7:15: spec.kubeconfig: the kubeconfig's server {expected}, which a cluster of the repository may have only if the gate's configuration lists it under kubernetes_service.allow_addresses";

        var (code, _, said) = await GateProcess.RunAsync("check", folder.WorkTree, "--config", folder.ConfigPath);
        await using var gate = await GateProcess.StartAsync(folder);
        var status = await gate.StatusAsync();

        code.ShouldBe(2);
        said.ShouldContain(error);
        (await gate.ClustersAsync()).ShouldBeEmpty();
        var problem = status.Problems.ShouldHaveSingleItem();
        $"{problem.File}:{problem.Line}:{problem.Column}: {problem.Field}: {problem.Message}".ShouldBe($"kube/{error}");
    }

    [Fact]
    public async Task The_gates_own_listeners_are_refused_although_loopback_is_listed_and_a_reload_takes_away_what_it_no_longer_lists()
    {
        folder.PutCluster("self", cluster.GateKubeconfig().Replace(cluster.Url, $"https://127.0.0.1:{folder.Port}/clusters/one", StringComparison.Ordinal), "{env: dev}");
        folder.Push("Look into the mirror");
        await using var gate = await GateProcess.StartAsync(folder);
        (await gate.ClustersAsync()).Select(c => c.Name).ShouldBe(["one"]);
        (await gate.StatusAsync()).Problems.ShouldHaveSingleItem().Message.ShouldContain("is this gate itself, which would forward to itself");

        folder.Configure("allow_addresses: [127.0.0.0/8, \"::1\"]", "allow_addresses: []");
        (await GateProcess.RunAsync("reload", "--config", folder.ConfigPath)).ExitCode.ShouldBe(0);

        await gate.UntilAsync(async () => (await gate.ClustersAsync()).Count == 0);
    }

    [Fact]
    public async Task Proxies_of_the_environment_are_not_used()
    {
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var address = $"http://{proxy.LocalEndpoint}";
        await using var gate = await GateProcess.StartAsync(
            folder, ("HTTP_PROXY", address), ("HTTPS_PROXY", address), ("http_proxy", address), ("https_proxy", address), ("ALL_PROXY", address), ("all_proxy", address));
        using var alice = folder.Client("CN=alice");

        (await alice.GetAsync("/clusters/one/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);

        proxy.Pending().ShouldBeFalse();
    }
}
