using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>What kubectl says of a command or a port-forward that a commit ends, over each transport that its version has.</summary>
public sealed partial class RevokedStreamTests(RevokedStreamTests.Run run) : IClassFixture<RevokedStreamTests.Run>
{
    private const string Message = "the laptop was stolen";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("exec")]
    [InlineData("attach")]
    public async Task A_command_fails_and_says_why(string command)
    {
        string[] arguments = command == "exec"
            ? ["exec", "-i", "-n", "default", "web-0", "--", "sh", "-c", "echo ready; cat"]
            : ["attach", "-i", "-n", "default", "web-0"];
        var running = run.Start(Travels.AsCommand, arguments);
        foreach (var (_, kubectl) in running)
        {
            if (command == "attach")
            {
                await kubectl.WriteAsync("ready\n", CancellationToken.None);
            }

            await kubectl.WaitForAsync("ready", CancellationToken.None);
        }

        await run.LockAsync(Message);

        foreach (var (what, kubectl) in running)
        {
            var result = await kubectl.WaitForExitAsync(Limit, CancellationToken.None);
            result.Error.ShouldContain(Message, Case.Sensitive, $"{what}: {result.All}");
            result.ExitCode.ShouldNotBe(0, $"{what}: {result.All}");
            await kubectl.DisposeAsync();
        }

        await run.UnlockAsync();
    }

    [Fact]
    public async Task A_port_forward_says_why_for_each_connection_through_it()
    {
        var running = run.Start(Travels.AsPortForward, ["port-forward", "-n", "default", "web-0", ":80"]);
        var connections = new List<TcpClient>();
        foreach (var (_, kubectl) in running)
        {
            var port = LocalPort().Match(await kubectl.WaitForAsync(" -> 80", CancellationToken.None)).Groups[1].Value;
            var client = new TcpClient();
            connections.Add(client);
            await client.ConnectAsync("127.0.0.1", int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            await client.GetStream().ReadExactlyAsync(new byte[12]);
        }

        await run.LockAsync(Message);

        var silent = new List<string>();
        foreach (var (what, kubectl) in running)
        {
            var result = await kubectl.WaitForExitAsync(Limit, CancellationToken.None);
            if (!result.Error.Contains("an error occurred forwarding", StringComparison.Ordinal) || !result.Error.Contains(Message, StringComparison.Ordinal))
            {
                silent.Add($"{what}: {result.ExitCode} {result.All}");
            }

            await kubectl.DisposeAsync();
        }

        silent.ShouldBeEmpty();
        connections.ForEach(c => c.Dispose());
        await run.UnlockAsync();
    }

    [GeneratedRegex(@"127\.0\.0\.1:(\d+) -> 80")]
    private static partial Regex LocalPort();

    /// <summary>A gate before a simulated cluster, and every kubectl.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private readonly GateTarget target = new();
        private readonly string home = Directory.CreateTempSubdirectory("tidegate-kubectl-").FullName;
        private readonly List<KubectlBuild> builds = [];
        private KubeTarget described = null!;

        public async Task InitializeAsync()
        {
            await target.StartAsync();
            described = target.Describe(home);
            foreach (var minor in new[] { 24, 29, 32, 35 })
            {
                builds.Add(await KubectlBuilds.GetAsync(minor, CancellationToken.None));
            }
        }

        internal List<(string What, RunningProgram Kubectl)> Start(Travels travels, string[] arguments) =>
        [
            .. from build in builds
               from transport in new KubectlOperation("", travels, _ => Task.CompletedTask).TransportsOf(build)
               select ($"kubectl 1.{build.Minor} over {transport}", new KubectlSession(build, described, transport, home, CancellationToken.None).StartKubectl(arguments)),
        ];

        internal Task LockAsync(string message) => target.PushAsync(
            f => f.Put("lock.yaml", $"{{kind: lock, version: v2, metadata: {{name: alices}}, spec: {{target: {{user: alice}}, message: \"{message}\"}}}}"));

        internal Task UnlockAsync() => target.PushAsync(f => f.Remove("lock.yaml"));

        public async Task DisposeAsync()
        {
            await target.DisposeAsync();
            Directory.Delete(home, recursive: true);
        }
    }
}
