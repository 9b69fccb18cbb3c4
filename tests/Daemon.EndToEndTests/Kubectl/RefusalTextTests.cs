using Tidegate.EndToEndTests.Gate;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Simulation;

namespace Tidegate.EndToEndTests.Kubectl;

/// <summary>Every kubectl prints the gate's own reason, whichever request of a command meets it first: discovery, the version, a list or a stream.</summary>
public sealed class RefusalTextTests(RefusalTextTests.Run run) : IClassFixture<RefusalTextTests.Run>
{
    private const string Foreign = "the certificate was not issued by an authority in client_ca_file";
    private const string NotForClients = "the certificate is not meant for TLS client authentication";

    /// <summary>Whose kubeconfig, and what each command's output holds.</summary>
    public static TheoryData<string, string> Refusals => new()
    {
        { "expired", "the certificate has expired or is not valid yet" },
        { "foreign", Foreign },
        { "self-signed", Foreign },
        { "server use", NotForClients },
        { "without a user", "user \"bob\" is not known here" },
        { "no such cluster", "kubernetes cluster \"nope\"" },
        { "offline cluster", "kubernetes cluster \"offline\" is offline: connection refused" },
        { "refused credential", "kubernetes cluster \"refused\" does not accept the gate's credential" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task It_is_printed_by_every_command_of_every_version(string person, string reason)
    {
        var kubeconfig = run.KubeconfigOf(person);
        foreach (var build in run.Builds)
        {
            string[][] commands = [["get", "pods", "-n", "default"], ["version"], ["api-resources"], ["exec", "-n", "default", "web-0", "--", "true"]];
            foreach (var command in commands)
            {
                var result = await run.Session(build, kubeconfig).TryKubectlAsync(null, command);

                // Some of client-go's own sentences quote the text.
                var said = result.All.Replace("\\\"", "\"", StringComparison.Ordinal);
                said.ShouldContain(reason, Case.Sensitive, $"kubectl 1.{build.Minor} {string.Join(' ', command)}: {result.All}");
                if (command[0] != "api-resources")
                {
                    // That one takes a 404, and before 1.26 a 403, for a cluster without any.
                    result.ExitCode.ShouldNotBe(0, $"kubectl 1.{build.Minor} {string.Join(' ', command)}: {result.All}");
                }
            }
        }
    }

    [Fact]
    public async Task A_watch_that_is_refused_after_its_list_says_why()
    {
        foreach (var build in run.Builds)
        {
            var result = await run.Session(build, run.KubeconfigOf("lister")).TryKubectlAsync(null, "get", "pods", "-n", "default", "-w");

            result.All.ShouldContain("cannot watch resource \"pods\"", Case.Sensitive, $"kubectl 1.{build.Minor}: {result.All}");
        }
    }

    /// <summary>A gate with a cluster that works, one that is offline and one that does not know the gate's credential; every kubectl with an empty home for each session.</summary>
    public sealed class Run : IAsyncLifetime
    {
        private readonly GateFolder folder = new();
        private readonly List<string> homes = [];
        private SimulatedCluster cluster = null!;
        private GateProcess gate = null!;

        internal List<KubectlBuild> Builds { get; } = [];

        public async Task InitializeAsync()
        {
            cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
            folder.PutAlice();
            folder.Put(
                "lister.yaml",
                """
                kind: role
                version: v8
                metadata: { name: lister }
                spec:
                  allow:
                    kubernetes_labels: { '*': '*' }
                    kubernetes_groups: [kube-admins]
                    kubernetes_resources: [{ kind: pods, api_group: '', namespace: '*', name: '*', verbs: [get, list] }]
                ---
                kind: user
                version: v2
                metadata: { name: lister }
                spec: { roles: [lister] }
                """);
            folder.PutCluster("simulated", cluster.GateKubeconfig(), "{env: dev}");
            folder.PutCluster("refused", cluster.TokenKubeconfig("a-token-that-nobody-knows"), "{env: dev}");
            folder.PutCluster("offline", cluster.GateKubeconfig().Replace(cluster.Url, $"https://127.0.0.1:{FreePort.Next()}", StringComparison.Ordinal), "{env: dev}");
            folder.Push("Start");
            gate = await GateProcess.StartAsync(folder);
            foreach (var minor in new[] { 24, 29, 32, 35 })
            {
                Builds.Add(await KubectlBuilds.GetAsync(minor, CancellationToken.None));
            }
        }

        internal string KubeconfigOf(string person) => person switch
        {
            "expired" => folder.Kubeconfig("simulated", folder.Clients.IssueClient("CN=alice", days: -1)),
            "foreign" => folder.Kubeconfig("simulated", new TestAuthority("another authority").IssueClient("CN=alice")),
            "self-signed" => folder.Kubeconfig("simulated", new TestAuthority("alice").SelfSigned()),
            "server use" => folder.Kubeconfig("simulated", folder.Clients.IssueClient("CN=alice", "1.3.6.1.5.5.7.3.1")),
            "without a user" => folder.Kubeconfig("simulated", "CN=bob"),
            "no such cluster" => folder.Kubeconfig("nope", "CN=alice"),
            "offline cluster" => folder.Kubeconfig("offline", "CN=alice"),
            "refused credential" => folder.Kubeconfig("refused", "CN=alice"),
            "lister" => folder.Kubeconfig("simulated", "CN=lister"),
            _ => throw new ArgumentOutOfRangeException(nameof(person), person, null),
        };

        internal KubectlSession Session(KubectlBuild build, string kubeconfig)
        {
            var home = Directory.CreateTempSubdirectory("tidegate-kubectl-").FullName;
            homes.Add(home);
            return new(build, new("gate", kubeconfig, "alice", cluster), Transport.Spdy, home, CancellationToken.None);
        }

        public async Task DisposeAsync()
        {
            await gate.DisposeAsync();
            await cluster.DisposeAsync();
            folder.Dispose();
            homes.ForEach(h => Directory.Delete(h, recursive: true));
        }
    }
}
