using System.Text.Json.Nodes;
using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl.Restricted;

/// <summary>
/// One gate before one simulated cluster, with the roles and people of <c>people.yaml</c> in its repository. What is written goes to the namespaces <c>work-MINOR</c>
/// and <c>bin-MINOR</c> of each kubectl version, so that versions run beside each other and nothing changes where others look.
/// </summary>
public sealed class RestrictedScene : IAsyncLifetime
{
    private static readonly int[] Minors = [24, 29, 32, 35];

    private readonly GateFolder folder = new();
    private readonly Dictionary<string, string> kubeconfigs = [];
    private GateProcess? gate;

    internal SimulatedCluster Cluster { get; private set; } = null!;

    internal AuditFile Audit { get; private set; } = null!;

    internal IReadOnlyList<KubectlBuild> Builds { get; private set; } = [];

    public async Task InitializeAsync()
    {
        Cluster = await SimulatedCluster.StartAsync(new() { Teams = true, Metrics = true }, CancellationToken.None);
        foreach (int minor in Minors)
        {
            AddNamespace($"work-{minor}");
            AddNamespace($"bin-{minor}");
        }

        string manifest = await File.ReadAllTextAsync(Path.Combine(RestrictedCase.Folder, "people.yaml"));
        folder.Put("people.yaml", manifest);
        folder.PutCluster("simulated", Cluster.GateKubeconfig(), "{env: dev}");
        Audit = new(Path.Combine(folder.Path, "audit.log"), "people.yaml", manifest.Split('\n'), folder.Push("Start"));
        foreach (string person in RestrictedCase.All.Select(c => c.Person).Append("root").Distinct())
        {
            kubeconfigs[person] = folder.Kubeconfig("simulated", $"CN={person}");
        }

        gate = await GateProcess.StartAsync(folder);
        Builds = await Task.WhenAll(Minors.Select(m => KubectlBuilds.GetAsync(m, CancellationToken.None)));
    }

    public async Task DisposeAsync()
    {
        if (gate is not null)
        {
            await gate.DisposeAsync();
        }

        await Cluster.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A person's use of a kubectl; what it remembers of the cluster is the version's.</summary>
    internal KubectlSession Session(KubectlBuild build, string person, Transport transport, CancellationToken cancellationToken) =>
        new(build, new("gate", kubeconfigs[person], person, Cluster), transport, Path.Combine(folder.Path, $"home-{build.Minor}"), cancellationToken);

    private void AddNamespace(string name) =>
        Cluster.AddObject("", new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } });
}
