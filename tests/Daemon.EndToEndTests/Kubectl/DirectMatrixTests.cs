using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>
/// Every operation with one kubectl version straight against the simulated cluster: proves the simulator, so that a failure
/// through the gate is the gate's. One class a version, so that versions run beside each other.
/// </summary>
public abstract class DirectMatrixTests(DirectMatrixTests.Run run)
{
    public static IEnumerable<object[]> Cases(int minor) => KubectlOperations.Cases(minor);

    protected Task RunAsync(string operation, Transport transport) => run.RunAsync(operation, transport);

    /// <summary>The cluster and the results of one class.</summary>
    public abstract class Run(int minor) : IAsyncLifetime
    {
        private SimulatedCluster? cluster;
        private MatrixFixture? matrix;

        public async Task InitializeAsync()
        {
            cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);
            matrix = await MatrixFixture.CreateAsync(minor, directory =>
            {
                string kubeconfig = Path.Combine(directory, "kubeconfig");
                File.WriteAllText(kubeconfig, cluster.TokenKubeconfig(cluster.AdminToken));
                return new KubeTarget("direct", kubeconfig, "kubernetes-admin", cluster);
            });
        }

        public Task RunAsync(string operation, Transport transport) => matrix!.RunAsync(operation, transport);

        public async Task DisposeAsync()
        {
            if (matrix is not null)
            {
                await matrix.DisposeAsync();
            }

            if (cluster is not null)
            {
                await cluster.DisposeAsync();
            }
        }
    }
}

public sealed class DirectMatrix124Tests(DirectMatrix124Tests.Run124 run) : DirectMatrixTests(run), IClassFixture<DirectMatrix124Tests.Run124>
{
    [Theory]
    [MemberData(nameof(Cases), 24)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run124() : Run(24);
}

public sealed class DirectMatrix129Tests(DirectMatrix129Tests.Run129 run) : DirectMatrixTests(run), IClassFixture<DirectMatrix129Tests.Run129>
{
    [Theory]
    [MemberData(nameof(Cases), 29)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run129() : Run(29);
}

public sealed class DirectMatrix132Tests(DirectMatrix132Tests.Run132 run) : DirectMatrixTests(run), IClassFixture<DirectMatrix132Tests.Run132>
{
    [Theory]
    [MemberData(nameof(Cases), 32)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run132() : Run(32);
}

public sealed class DirectMatrix135Tests(DirectMatrix135Tests.Run135 run) : DirectMatrixTests(run), IClassFixture<DirectMatrix135Tests.Run135>
{
    [Theory]
    [MemberData(nameof(Cases), 35)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run135() : Run(35);
}
