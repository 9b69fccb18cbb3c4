using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Load;

/// <summary>A person's client of the gate: mutual TLS, and connections of one kind. Counts the connections that it opens.</summary>
internal sealed class GateClient : IDisposable
{
    private readonly HttpClient client;
    private readonly X509Certificate2 certificate;
    private readonly X509Certificate2Collection authorities = [];
    private readonly string url;
    private readonly Version version;
    private int opened;

    public GateClient(LoadOptions options, ConnectionUse use)
    {
        url = options.Url;
        version = use == ConnectionUse.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        certificate = X509Certificate2.CreateFromPemFile(options.Certificate, options.Key);
        authorities.ImportFromPemFile(options.Authority);
        client = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = use == ConnectionUse.New ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            SslOptions = new()
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authorities[0] },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Connections so far, attempts included.</summary>
    public int Opened => Volatile.Read(ref opened);

    /// <summary>Sends a GET and returns when the headers of the answer are there.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url + path) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("Accept", "application/json");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose()
    {
        client.Dispose();
        certificate.Dispose();
        foreach (var authority in authorities)
        {
            authority.Dispose();
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref opened);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
