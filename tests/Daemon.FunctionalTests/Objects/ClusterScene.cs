using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.Audit;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;
using Tidegate.Manifests;
using Tidegate.Simulation;
using Tidegate.State;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>
/// A gate in front of a simulated cluster, the cluster <c>c1</c> with the label <c>env: dev</c>. Roles and people come from manifests, as somebody commits them. The group
/// <c>admins</c> may do everything in the cluster.
/// </summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    public const string Revision = "0123456789abcdef0123456789abcdef01234567";

    private readonly Dictionary<string, X509Certificate2> certificates = [];
    private readonly List<IDisposable> clients = [];

    private ClusterScene(Gate gate, SimulatedCluster cluster)
    {
        Gate = gate;
        Cluster = cluster;
    }

    public Gate Gate { get; }

    public SimulatedCluster Cluster { get; }

    /// <param name="manifests">Documents of kinds role, user, mtls and lock.</param>
    public static async Task<ClusterScene> StartAsync(string manifests)
    {
        var cluster = await SimulatedCluster.StartAsync(new(), CancellationToken.None);
        cluster.Bind("Group", "admins", "cluster-admin");
        var gate = await Gate.StartAsync(Loopback.Upstream, AuditFailure.Refuse, null, NullLoggerFactory.Instance);
        var scene = new ClusterScene(gate, cluster);
        scene.Apply(manifests);
        return scene;
    }

    /// <summary>Puts other manifests in force.</summary>
    public void Apply(string manifests) => Apply(StateOf(manifests));

    public void Apply(DesiredState state)
    {
        var kubeconfig = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(Cluster.GateKubeconfig()), allowInsecureSkipTlsVerify: false).Credential!;
        var registered = new KubeCluster("c1", Labels.LabelSet.From([new("env", "dev")]), kubeconfig, new("clusters/c1.yaml", 1, Revision));
        Gate.Registry.Apply(state with { Clusters = new Dictionary<string, KubeCluster> { ["c1"] = registered } });
    }

    public static DesiredState StateOf(string manifests)
    {
        var state = DesiredStateBuilder.Build(
            new(Revision, "A <a@example.com>", DateTimeOffset.UnixEpoch, "test"),
            [ManifestReader.Read("access.yaml", Encoding.UTF8.GetBytes(manifests), Revision)],
            DesiredState.Empty,
            new() { Selectors = [] },
            TimeProvider.System.GetUtcNow());
        state.Problems.Where(p => !p.IsWarning).ShouldBeEmpty();
        return state;
    }

    /// <summary>A client whose base address is the cluster's at the gate.</summary>
    /// <param name="person"><c>CN</c>, <c>CN/O=one</c>.</param>
    /// <param name="version">HTTP/1.1 unless given.</param>
    public HttpClient Client(string person, Version? version = null)
    {
        var client = ClientOf(Gate, CertificateOf(person), version ?? HttpVersion.Version11);
        clients.Add(client);
        return client;
    }

    public static HttpClient ClientOf(Gate gate, X509Certificate2 certificate, Version version) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [certificate], RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        BaseAddress = new(gate.Address, "clusters/c1/"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(120),
    };

    public X509Certificate2 CertificateOf(string person)
    {
        if (!certificates.TryGetValue(person, out var certificate))
        {
            var parts = person.Split('/');
            var subject = string.Join(',', parts.Skip(1).Prepend($"CN={parts[0]}"));
            certificates[person] = certificate = Gate.Clients.IssueClientCertificate(subject);
        }

        return certificate;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }

        await Gate.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
