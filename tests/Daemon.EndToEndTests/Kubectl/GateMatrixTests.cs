using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>
/// Every operation with one kubectl version through the gate: the program as a process, its manifests from git, a client certificate instead
/// of any credential of the cluster's.
/// </summary>
public abstract class GateMatrixTests(GateMatrixTests.Run run)
{
    public static IEnumerable<object[]> Cases(int minor) => DirectMatrixTests.Cases(minor);

    protected Task RunAsync(string operation, Transport transport) => run.RunAsync(operation, transport);

    /// <summary>The cluster, the gate before it and the results of one class.</summary>
    public abstract class Run(int minor) : IAsyncLifetime
    {
        private readonly GateFolder folder = new();
        private SimulatedCluster? cluster;
        private GateProcess? gate;
        private MatrixFixture? matrix;

        public async Task InitializeAsync()
        {
            cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);
            folder.Put(
                "people.yaml",
                """
                kind: role
                version: v8
                metadata: { name: everything }
                spec:
                  allow:
                    kubernetes_labels: { env: dev }
                    kubernetes_groups: [kube-admins, kube-viewers]
                    kubernetes_resources: [{ kind: '*', api_group: '*', namespace: '*', name: '*', verbs: ['*'] }]
                ---
                kind: user
                version: v2
                metadata: { name: alice }
                spec: { roles: [everything] }
                """);
            folder.PutCluster("simulated", cluster.GateKubeconfig(), "{env: dev}");
            folder.Push("Start");
            gate = await GateProcess.StartAsync(folder);
            matrix = await MatrixFixture.CreateAsync(minor, _ => new KubeTarget("gate", folder.Kubeconfig("simulated", "CN=alice"), "alice", cluster));
        }

        public Task RunAsync(string operation, Transport transport) => matrix!.RunAsync(operation, transport);

        public async Task DisposeAsync()
        {
            if (matrix is not null)
            {
                await matrix.DisposeAsync();
            }

            if (gate is not null)
            {
                await gate.DisposeAsync();
            }

            if (cluster is not null)
            {
                await cluster.DisposeAsync();
            }

            folder.Dispose();
        }
    }
}

public sealed class GateMatrix124Tests(GateMatrix124Tests.Run124 run) : GateMatrixTests(run), IClassFixture<GateMatrix124Tests.Run124>
{
    [Theory]
    [MemberData(nameof(Cases), 24)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run124() : Run(24);
}

public sealed class GateMatrix129Tests(GateMatrix129Tests.Run129 run) : GateMatrixTests(run), IClassFixture<GateMatrix129Tests.Run129>
{
    [Theory]
    [MemberData(nameof(Cases), 29)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run129() : Run(29);
}

public sealed class GateMatrix132Tests(GateMatrix132Tests.Run132 run) : GateMatrixTests(run), IClassFixture<GateMatrix132Tests.Run132>
{
    [Theory]
    [MemberData(nameof(Cases), 32)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run132() : Run(32);
}

public sealed class GateMatrix135Tests(GateMatrix135Tests.Run135 run) : GateMatrixTests(run), IClassFixture<GateMatrix135Tests.Run135>
{
    [Theory]
    [MemberData(nameof(Cases), 35)]
    public Task Operation_works(string operation, Transport transport) => RunAsync(operation, transport);

    public sealed class Run135() : Run(35);
}
