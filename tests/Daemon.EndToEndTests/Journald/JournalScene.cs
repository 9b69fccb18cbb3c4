using System.Text.Json;
using Tidegate.EndToEndTests.Gate;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Journald;

/// <summary>A gate that logs and records into a journal of the test's own, as the service of a host does; a cluster behind it.</summary>
internal sealed class JournalScene : IAsyncDisposable
{
    private JournalScene(SimulatedCluster cluster)
    {
        Cluster = cluster;
        var lines = File.ReadAllLines(Folder.ConfigPath).Where(l => !l.TrimStart().StartsWith("log:", StringComparison.Ordinal))
            .Select(l => l.TrimStart().StartsWith("audit:", StringComparison.Ordinal) ? "  audit: { output: journald }" : l);
        File.WriteAllLines(Folder.ConfigPath, lines);
    }

    public RealJournal Journal { get; } = new();

    public GateFolder Folder { get; } = new();

    public SimulatedCluster Cluster { get; }

    /// <summary>Where records wait.</summary>
    public string Spool => Path.Combine(Folder.Path, "data", "audit-spool");

    /// <summary>A journal that runs; a repository with alice and the cluster "one".</summary>
    public static async Task<JournalScene> StartAsync()
    {
        var scene = new JournalScene(await SimulatedCluster.StartAsync(new(), CancellationToken.None));
        scene.Journal.Start();
        scene.Folder.PutAlice();
        scene.Folder.PutCluster("one", scene.Cluster.GateKubeconfig(), "{env: dev}");
        scene.Folder.Push("Start");
        return scene;
    }

    public Task<GateProcess> StartGateAsync(params (string Name, string Value)[] environment) => GateProcess.StartAsync(Folder, Journal, environment);

    /// <summary>Waits for an event of the table, with its id, its priority and these fields; among several, one must have them all.</summary>
    public JsonElement Expect(string slug, int priority, params (string Name, string Value)[] fields)
    {
        var type = JournalEvents.All.Single(e => e.Slug == slug);
        var matches = fields.Select(f => $"TIDEGATE_{f.Name}={f.Value}");
        var entry = Journal.WaitFor(1, [$"TIDEGATE_EVENT={slug}", "SYSLOG_IDENTIFIER=tidegate", .. matches])[0];
        entry.GetProperty("MESSAGE_ID").GetString().ShouldBe(type.MessageId!.Value.ToString("N"), slug);
        entry.GetProperty("PRIORITY").GetString().ShouldBe($"{priority}", slug);
        return entry;
    }

    public async ValueTask DisposeAsync()
    {
        Journal.Dispose();
        await Cluster.DisposeAsync();
        Folder.Dispose();
    }
}
