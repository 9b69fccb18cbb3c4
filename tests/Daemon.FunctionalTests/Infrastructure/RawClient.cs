using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>A client made of a socket and TLS: what it sends and sees are bytes.</summary>
public sealed class RawClient : IAsyncDisposable
{
    private readonly TcpClient tcp = new();
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
    private SlowStream sent = null!;
    private SslStream tls = null!;

    private RawClient()
    {
    }

    public Stream Stream => tls;

    /// <summary>The connection's TLS: version, protocol, the server's certificate.</summary>
    public SslStream Tls => tls;

    public static Task<RawClient> ConnectAsync(IPEndPoint endPoint, X509Certificate2? certificate) =>
        ConnectAsync(endPoint, new SslClientAuthenticationOptions { ClientCertificates = certificate is null ? [] : [certificate] });

    /// <summary>The same with options of the caller's; any server certificate is accepted, and the name is localhost unless given.</summary>
    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint, SslClientAuthenticationOptions options)
    {
        var client = new RawClient();
        await client.tcp.ConnectAsync(endPoint, client.limit.Token);
        client.tls = new SslStream(client.sent = new(client.tcp.Client));
        options.TargetHost ??= "localhost";
        options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        await client.tls.AuthenticateAsClientAsync(options, client.limit.Token);
        return client;
    }

    /// <summary>A client that does something between its first message of the handshake and the rest.</summary>
    public static async Task<RawClient> BeginAsync(IPEndPoint endPoint, X509Certificate2 certificate, Action whileHandshaking)
    {
        var client = new RawClient();
        await client.tcp.ConnectAsync(endPoint, client.limit.Token);
        client.tls = new SslStream(client.tcp.GetStream());

        // Asked once before the first message, without a server's certificate, and again when the server's messages have come and this side's certificate is due.
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            LocalCertificateSelectionCallback = (_, _, _, server, _) =>
            {
                if (server is null)
                {
                    return null!;
                }

                whileHandshaking();
                return certificate;
            },
        };
        await client.tls.AuthenticateAsClientAsync(options, client.limit.Token);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await tls.WriteAsync(bytes, limit.Token);
        await tls.FlushAsync(limit.Token);
    }

    /// <summary>Sends so that the bytes of the TLS records arrive one at a time, the next well within a moment, until the task is over, and the rest then.</summary>
    public async Task SendSlowlyAsync(byte[] bytes, Task until)
    {
        sent.Until = until;
        await tls.WriteAsync(bytes, limit.Token);
        sent.Until = null;
    }

    /// <summary>Reads the head of a response: status line and header lines.</summary>
    public async Task<RawResponse> ReadHeadAsync()
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            text.Append((char)await ReadByteAsync());
        }

        return new(text.ToString());
    }

    /// <summary>Reads a response whole: by length or by chunks.</summary>
    public async Task<(RawResponse Head, string Body)> ReadResponseAsync()
    {
        var head = await ReadHeadAsync();
        if (head.Value("Content-Length") is { } length)
        {
            return (head, await ReadTextAsync(int.Parse(length, CultureInfo.InvariantCulture)));
        }

        var body = new StringBuilder();
        while (await ReadChunkAsync() is { Length: > 0 } chunk)
        {
            body.Append(chunk);
        }

        return (head, body.ToString());
    }

    /// <summary>Reads one chunk of a chunked body; empty for the last.</summary>
    public async Task<string> ReadChunkAsync()
    {
        var line = new StringBuilder();
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
        {
            line.Append((char)await ReadByteAsync());
        }

        var chunk = await ReadTextAsync(int.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        await ReadTextAsync(2);
        return chunk;
    }

    public async Task<string> ReadTextAsync(int bytes)
    {
        var buffer = new byte[bytes];
        await tls.ReadExactlyAsync(buffer, limit.Token);
        return Encoding.Latin1.GetString(buffer);
    }

    /// <summary>Everything until the peer ends the stream; throws when it resets instead.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        await tls.CopyToAsync(all, limit.Token);
        return all.ToArray();
    }

    /// <summary>Ends the sending direction as TLS does and leaves the other open.</summary>
    public async Task FinishAsync()
    {
        await tls.ShutdownAsync();
        tcp.Client.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        await tls.DisposeAsync();
        tcp.Dispose();
        limit.Dispose();
    }

    private async Task<byte> ReadByteAsync()
    {
        var one = new byte[1];
        await tls.ReadExactlyAsync(one, limit.Token);
        return one[0];
    }
}

/// <summary>The head of a response as it arrived.</summary>
public sealed record RawResponse(string Text)
{
    public int Status => int.Parse(Text.Split(' ')[1], CultureInfo.InvariantCulture);

    public IReadOnlyList<string> Lines => Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];

    public string? Value(string name) =>
        Lines.Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim()).FirstOrDefault();
}
