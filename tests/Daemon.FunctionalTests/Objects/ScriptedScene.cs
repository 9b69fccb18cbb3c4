using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Kubernetes;
using Tidegate.State;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>A gate in front of a cluster made of a socket, which has the kinds pods and configmaps and answers everything else with exact bytes.</summary>
internal sealed class ScriptedScene : IAsyncDisposable
{
    private const string Core = """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{},"versions":[{"version":"v1","freshness":"Current","resources":[
        {"resource":"pods","responseKind":{"group":"","version":"v1","kind":"Pod"},"scope":"Namespaced","singularResource":"pod","verbs":["get","list","watch","create"]},
        {"resource":"configmaps","responseKind":{"group":"","version":"v1","kind":"ConfigMap"},"scope":"Namespaced","singularResource":"configmap","verbs":["get","create"]}]}]}]}
        """;

    private const string NoGroups = """{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[]}""";

    private readonly X509Certificate2 certificate;
    private readonly List<IDisposable> clients = [];

    private ScriptedScene(Gate gate, X509Certificate2 certificate, Func<RawRequest, Task> answer)
    {
        Gate = gate;
        this.certificate = certificate;
        Upstream = new(gate.Servers, request => AnswerAsync(request, answer));
    }

    public Gate Gate { get; }

    public RawUpstream Upstream { get; }

    /// <summary>Whether it does not say which kinds it has.</summary>
    public bool HidesKinds { get; set; }

    /// <summary>What reached the cluster but for discovery.</summary>
    public List<RawRequest> Requests { get; } = [];

    /// <param name="manifests">Of alice, who is the only person.</param>
    /// <param name="answer">To everything but discovery.</param>
    public static async Task<ScriptedScene> StartAsync(string manifests, Func<RawRequest, Task> answer)
    {
        var gate = await Gate.StartAsync();
        var scene = new ScriptedScene(gate, gate.Clients.IssueClientCertificate("CN=alice"), answer);
        var credential = new ClusterCredential(scene.Upstream.Address) { CertificateAuthorityPem = gate.Servers.Pem, Token = "token" };
        var cluster = new KubeCluster("c1", Labels.LabelSet.From([new("env", "dev")]), credential, new("clusters/c1.yaml", 1, ClusterScene.Revision));
        gate.Registry.Apply(ClusterScene.StateOf(manifests) with { Clusters = new Dictionary<string, KubeCluster> { ["c1"] = cluster } });
        return scene;
    }

    public HttpClient Client(Version? version = null)
    {
        var client = ClusterScene.ClientOf(Gate, certificate, version ?? HttpVersion.Version11);
        clients.Add(client);
        return client;
    }

    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Gate.EndPoint, certificate);

    /// <summary>A whole answer with its length.</summary>
    public static Task ReplyAsync(RawRequest request, string statusLine, string type, byte[] body, string moreHeaders = "") =>
        request.WriteAsync([.. Encoding.Latin1.GetBytes($"HTTP/1.1 {statusLine}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{moreHeaders}\r\n"), .. body]);

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        await Upstream.DisposeAsync();
        await Gate.DisposeAsync();
    }

    private async Task AnswerAsync(RawRequest request, Func<RawRequest, Task> answer)
    {
        if (request.RequestLine is "GET /api HTTP/1.1" or "GET /apis HTTP/1.1")
        {
            if (HidesKinds)
            {
                await ReplyAsync(request, "500 Internal Server Error", "application/json", "{}"u8.ToArray());
                return;
            }

            var body = request.RequestLine == "GET /api HTTP/1.1" ? Core : NoGroups;
            await ReplyAsync(request, "200 OK", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", Encoding.UTF8.GetBytes(body));
            return;
        }

        lock (Requests)
        {
            Requests.Add(request);
        }

        await answer(request);
    }
}
