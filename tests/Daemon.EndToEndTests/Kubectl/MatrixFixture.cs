using System.Diagnostics;
using Tidegate.Simulation.Recording;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>One kubectl version's run of the matrix: its build, home directory, target and results.</summary>
internal sealed class MatrixFixture : IAsyncDisposable
{
    private static readonly TimeSpan OperationLimit = TimeSpan.FromMinutes(10);

    private readonly MatrixReport report = new();
    private readonly string home = Directory.CreateTempSubdirectory("tidegate-kubectl-").FullName;
    private readonly KubectlBuild build;
    private readonly KubeTarget target;

    private MatrixFixture(KubectlBuild build, Func<string, KubeTarget> target) => (this.build, this.target) = (build, target(home));

    /// <param name="target">Gets a directory for a kubeconfig and makes the target.</param>
    public static async Task<MatrixFixture> CreateAsync(int minor, Func<string, KubeTarget> target) =>
        new(await KubectlBuilds.GetAsync(minor, CancellationToken.None), target);

    public async Task RunAsync(string name, Transport transport)
    {
        KubectlOperation operation = KubectlOperations.All.Single(o => o.Name == name);
        using CancellationTokenSource limit = new(OperationLimit);
        KubectlSession session = new(build, target, transport, home, limit.Token);
        int before = target.Cluster.Requests.Count;
        Stopwatch watch = Stopwatch.StartNew();
        bool passed = false;
        try
        {
            await operation.RunAsync(session);
            RequireTransport(transport, [.. target.Cluster.Requests.Skip(before)]);
            passed = true;
        }
        finally
        {
            report.Add(target.Name, operation, build, transport, passed, watch.Elapsed);
        }
    }

    public ValueTask DisposeAsync()
    {
        report.Write();
        Directory.Delete(home, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Without this a silent fallback from WebSocket to SPDY would count as a WebSocket result.</summary>
    private static void RequireTransport(Transport transport, List<RecordedRequest> requests)
    {
        List<string> upgrades = [.. requests.SelectMany(r => r.Values("Upgrade")).Distinct()];
        string[] expected = transport switch
        {
            Transport.Http => [],
            Transport.Spdy => ["SPDY/3.1"],
            _ => ["websocket"],
        };
        upgrades.ShouldBe(expected);
    }
}
