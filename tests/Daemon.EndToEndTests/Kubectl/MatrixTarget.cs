using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>What the matrix drives, with a simulated cluster of its own at the end.</summary>
public abstract class MatrixTarget : IAsyncDisposable
{
    private SimulatedCluster? cluster;

    private protected SimulatedCluster Cluster => cluster!;

    public virtual async Task StartAsync() => cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);

    /// <param name="directory">For a kubeconfig.</param>
    internal abstract KubeTarget Describe(string directory);

    public virtual async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }
}

/// <summary>The simulated cluster itself, as a member of <c>system:masters</c>.</summary>
public sealed class DirectTarget : MatrixTarget
{
    internal override KubeTarget Describe(string directory)
    {
        string kubeconfig = Path.Combine(directory, "kubeconfig");
        File.WriteAllText(kubeconfig, Cluster.TokenKubeconfig(Cluster.AdminToken));
        return new KubeTarget("direct", kubeconfig, "kubernetes-admin", Cluster);
    }
}

/// <summary>
/// A gate before it: the program as a process, its manifests from git, a client certificate instead of any credential of the cluster's.
/// </summary>
public sealed class GateTarget : MatrixTarget
{
    private readonly GateFolder folder = new();
    private GateProcess? gate;

    public override async Task StartAsync()
    {
        await base.StartAsync();
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
        folder.PutCluster("simulated", Cluster.GateKubeconfig(), "{env: dev}");
        folder.Push("Start");
        gate = await GateProcess.StartAsync(folder);
    }

    /// <summary>Changes the manifests and puts the change in force.</summary>
    internal async Task PushAsync(Action<GateFolder> change)
    {
        change(folder);
        folder.Push("Change");
        await gate!.SyncAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (gate is not null)
        {
            await gate.DisposeAsync();
        }

        await base.DisposeAsync();
        folder.Dispose();
    }

    internal override KubeTarget Describe(string directory) => new("gate", folder.Kubeconfig("simulated", "CN=alice"), "alice", Cluster);
}
