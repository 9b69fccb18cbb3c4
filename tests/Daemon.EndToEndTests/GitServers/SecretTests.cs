using System.Net;
using System.Text;
using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.GitServers;

/// <summary>The secrets that the daemon holds, the token for the repository and a cluster's, are in nothing that it writes or answers.</summary>
public sealed class SecretTests(HttpsServer server) : IClassFixture<HttpsServer>, IDisposable
{
    private const string WrongToken = "tok-wrong-91c4";

    private readonly GateFolder folder = new();
    private readonly IPEndPoint diag = new(IPAddress.Loopback, FreePort.Next());

    [Fact]
    public async Task No_output_holds_a_token_when_it_works_and_when_it_is_refused()
    {
        await using var cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        folder.PutAlice();
        folder.PutCluster("one", cluster.GateKubeconfig(), "{env: dev}");
        foreach (var file in new[] { "people.yaml", "kube/one.yaml" })
        {
            server.Repository.Write(file, File.ReadAllText(Path.Combine(folder.WorkTree, file)));
        }

        server.Repository.CommitAll();
        folder.Configure("nodename: gate-1", $"nodename: gate-1\n  diag_addr: {diag}");
        folder.Configure("severity: DEBUG", "severity: TRACE");
        folder.Configure($"url: {folder.Repository}", $"url: \"{server.Url}\", ca_file: {server.CaFile}, token_file: \"${{CREDENTIALS_DIRECTORY}}/git-token\"");
        folder.Write("credentials/git-token", HttpsServer.Token + "\n");
        await using var gate = await GateProcess.StartAsync(folder, ("CREDENTIALS_DIRECTORY", Path.Combine(folder.Path, "credentials")));
        using var alice = folder.Client("CN=alice");
        (await alice.GetAsync("/clusters/one/api/v1/namespaces/default/pods")).StatusCode.ShouldBe(HttpStatusCode.OK);
        folder.Write("credentials/git-token", WrongToken);
        (await gate.SyncAsync()).Error!.ShouldContain("refused the credentials");
        await gate.UntilAsync(() => Task.FromResult(gate.Output.Contains("refused the credentials", StringComparison.Ordinal)));
        server.Requests().ShouldContain(r => r.Contains(Basic(WrongToken), StringComparison.Ordinal), "the token was sent");
        server.Requests().ShouldContain(r => r.Contains(Basic(HttpsServer.Token), StringComparison.Ordinal), "the token was sent");

        var outputs = await OutputsAsync();
        (await gate.StopAsync()).ShouldBe(0);
        outputs.Add(("log", gate.Output));
        outputs.Add(("audit", await File.ReadAllTextAsync(Path.Combine(folder.Path, "audit.log"))));
        foreach (var (name, text) in outputs)
        {
            text.ShouldNotBeEmpty(name);
            foreach (var secret in new[] { HttpsServer.Token, WrongToken, cluster.GateToken })
            {
                text.ShouldNotContain(secret, Case.Sensitive, name);
                text.ShouldNotContain(Basic(secret), Case.Sensitive, name);
                text.ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Case.Sensitive, name);
            }
        }
    }

    public void Dispose() => folder.Dispose();

    private static string Basic(string token) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{token}"));

    /// <summary>What is answered to whoever asks the two listeners.</summary>
    private async Task<List<(string Name, string Text)>> OutputsAsync()
    {
        var outputs = new List<(string, string)>();
        foreach (var page in new[] { "/metrics", "/readyz?verbose", "/livez?verbose", "/" })
        {
            outputs.Add((page, (await PlainHttp.GetAsync(diag, page)).Body));
        }

        string[][] commands = [["status"], ["history"], ["get", "kube_clusters"], ["get", "roles"], ["get", "users"]];
        foreach (var command in commands)
        {
            var (_, text, error) = await GateProcess.RunAsync([.. command, "--format", "json", "--config", folder.ConfigPath]);
            outputs.Add((string.Join(' ', command), text + error));
        }

        var (_, preview, failure) = await GateProcess.RunAsync("plan", "main", "--config", folder.ConfigPath);
        outputs.Add(("plan", preview + failure));
        return outputs;
    }
}
