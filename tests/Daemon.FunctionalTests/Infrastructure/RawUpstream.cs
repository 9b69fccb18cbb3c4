using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>
/// An API server made of a socket: it records the exact bytes of every request and answers with exact bytes, so that a test can assert on
/// the wire and not on what some HTTP library made of it.
/// </summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopping = new();
    private readonly X509Certificate2 certificate;
    private readonly Func<RawRequest, Task> answer;
    private readonly ConcurrentBag<Task> connections = [];
    private readonly Task accepting;

    /// <param name="authority">Issues the server's certificate.</param>
    /// <param name="answer">Answers one request by writing to its stream.</param>
    /// <param name="port">0 for any.</param>
    /// <param name="name">The DNS name of the certificate.</param>
    public RawUpstream(TestAuthority authority, Func<RawRequest, Task> answer, int port = 0, string name = "localhost")
    {
        this.answer = answer;
        listener = new(IPAddress.Loopback, port);
        var (pem, key) = authority.IssueServer(name);
        certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(pem, key).Export(X509ContentType.Pkcs12), null);
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>Requests in the order in which their heads arrived.</summary>
    public Channel<RawRequest> Requests { get; } = Channel.CreateUnbounded<RawRequest>();

    /// <summary>How many requests arrived so far.</summary>
    public int Count => Volatile.Read(ref count);

    private int count;

    public async Task<RawRequest> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        return await Requests.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Answers with a small JSON object.</summary>
    public static Task Ok(RawRequest request) => request.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(connections);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stopping.Token);
                connections.Add(ServeAsync(client, connections.Count + 1));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException || stopping.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping.Token);
                while (await ReadHeadAsync(tls) is { } head)
                {
                    var request = new RawRequest(head, tls, stopping.Token) { Connection = number, Socket = client.Client };
                    await request.ReadBodyAsync();
                    Interlocked.Increment(ref count);
                    Requests.Writer.TryWrite(request);
                    await answer(request);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The peer or the test ended the connection.
            }
        }
    }

    private async Task<string?> ReadHeadAsync(Stream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stopping.Token) == 1)
        {
            bytes.Add(one[0]);
            if (bytes.Count >= 4 && bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n')
            {
                return Encoding.Latin1.GetString([.. bytes]);
            }
        }

        return null;
    }
}
