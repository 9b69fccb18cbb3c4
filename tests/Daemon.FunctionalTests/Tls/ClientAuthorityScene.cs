using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>A gate that trusts two client authorities, of which alice's certificate is from the first, and a cluster with the usual streams.</summary>
internal sealed class ClientAuthorityScene : IAsyncDisposable
{
    public const string Foreign = "the certificate was not issued by an authority in client_ca_file";

    private readonly Scene inner;

    private ClientAuthorityScene(Scene inner) => this.inner = inner;

    public static TimeSpan Promise { get; } = TimeSpan.FromSeconds(1);

    public TestAuthority Second { get; } = new("second authority");

    public Gate Gate => inner.Gate;

    public RawUpstream Upstream => inner.Upstream;

    public Func<RawRequest, Task> Answer
    {
        set => inner.Answer = value;
    }

    public static async Task<ClientAuthorityScene> StartAsync()
    {
        // As in the revocations of persons: no stream is cut because the machine is slow.
        var scene = new ClientAuthorityScene(await Scene.StartAsync(Streams.AnswerAsync, new WatchedTime()));
        scene.Trust(scene.Gate.Clients, scene.Second);
        return scene;
    }

    public X509Certificate2 CertificateOf(string person) => inner.CertificateOf(person);

    public Task<RawClient> ConnectAsync() => inner.ConnectAsync();

    public HttpClient Http2() => inner.Http2();

    public async Task<RawClient> OpenAsync(string kind, SslClientAuthenticationOptions? options = null)
    {
        var client = await RawClient.ConnectAsync(
            Gate.EndPoint, options ?? new SslClientAuthenticationOptions { ClientCertificates = [CertificateOf("alice")] });
        await client.SendAsync(Streams.Named(kind));
        await client.ReadHeadAsync();
        return client;
    }

    /// <param name="place">Which of the requests that the cluster got is the client's.</param>
    public async Task ShouldGoOnAsync(RawClient client, int place)
    {
        RawRequest seen = null!;
        for (var i = 0; i < place; i++)
        {
            seen = await Upstream.NextAsync();
        }

        await seen.WriteChunkAsync("{}\n");
        (await client.ReadChunkAsync()).ShouldBe("{}\n");
    }

    public void Trust(params TestAuthority[] authorities)
    {
        Gate.Write("client-ca.pem", string.Concat(authorities.Select(a => a.Pem + "\n")));
        Gate.Tls.ReloadIfChanged();
    }

    public void Change(string change)
    {
        var clients = Gate.Clients;
        switch (change)
        {
            case "removed":
                Trust(Second);
                break;
            case "another of the same name":
                Trust(new("client authority"), Second);
                break;
            case "another of the same name and number":
                Trust(new("client authority", renewed: clients, anotherKey: true), Second);
                break;
            case "another authority is removed":
                Trust(clients);
                break;
            case "the authority is renewed":
                Trust(new("client authority", renewed: clients), Second);
                break;
            case "the file is in another order":
                Trust(Second, clients);
                break;
            case "the server's certificate is renewed":
                var (certificate, key) = Gate.Servers.IssueServer("renewed.example.com");
                Gate.Write("server.crt", certificate);
                Gate.Write("server.key", key);
                Gate.Tls.ReloadIfChanged();
                break;
            case "the file cannot be read":
                File.Delete(Gate.PathOf("client-ca.pem"));
                Directory.CreateDirectory(Gate.PathOf("client-ca.pem"));
                Gate.Tls.ReloadIfChanged();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, null);
        }
    }

    public async ValueTask DisposeAsync() => await inner.DisposeAsync();
}
