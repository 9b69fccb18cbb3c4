using System.Buffers.Text;
using System.Net.Security;
using System.Text;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Load;

/// <summary>One HTTP/1.1 connection, one path, the same request again and again. Allocates nothing per request.</summary>
internal sealed class Http1Client : IDisposable
{
    private readonly Connection connection;
    private readonly byte[] request;
    private readonly byte[] buffer = new byte[20 * 1024];

    public Http1Client(Target target, string path)
    {
        connection = Dialer.Dial(target, SslApplicationProtocol.Http11);
        var authorization = target.Authorization is { } value ? $"Authorization: {value}\r\n" : "";
        request = Encoding.ASCII.GetBytes(
            $"GET {target.Prefix}{path} HTTP/1.1\r\nHost: localhost:{target.Port}\r\nUser-Agent: kubectl/v1.32.0 (linux/amd64) kubernetes/70d3cc9\r\n"
            + $"Accept: application/json\r\n{authorization}\r\n");
    }

    /// <summary>Sends the request and reads the answer to its end.</summary>
    public void Get()
    {
        connection.Tls.Write(request);
        var (received, headers) = ReadHeaders();
        var left = ContentLength(buffer.AsSpan(0, headers)) - (received - headers);
        while (left > 0)
        {
            left -= Read(0);
        }

        if (left < 0)
        {
            throw new InvalidDataException("the answer is longer than it says");
        }
    }

    /// <summary>Sends the request and reads until the first event of the watch has come.</summary>
    public void Watch()
    {
        connection.Tls.Write(request);
        var (received, headers) = ReadHeaders();
        var ended = buffer.AsSpan(headers, received - headers).Contains((byte)'\n') && buffer.AsSpan(headers, received - headers).IndexOf("}}\n"u8) >= 0;
        while (!ended)
        {
            var read = Read(0);
            ended = buffer.AsSpan(0, read).Contains((byte)'\n');
        }
    }

    public void Close() => connection.Close();

    public void Dispose() => connection.Dispose();

    private (int Received, int Headers) ReadHeaders()
    {
        var received = 0;
        int end;
        do
        {
            received += Read(received);
            end = buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
        }
        while (end < 0);
        return buffer.AsSpan().StartsWith("HTTP/1.1 200"u8)
            ? (received, end + 4)
            : throw new InvalidDataException($"the answer is not 200:\n{Encoding.ASCII.GetString(buffer, 0, received)}");
    }

    private int Read(int offset)
    {
        var read = connection.Tls.Read(buffer, offset, buffer.Length - offset);
        return read > 0 ? read : throw new EndOfStreamException("the connection was closed");
    }

    private static int ContentLength(ReadOnlySpan<byte> headers)
    {
        var at = headers.IndexOf("\r\nContent-Length: "u8);
        at = at >= 0 ? at : headers.IndexOf("\r\ncontent-length: "u8);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + 18)..], out int length, out _)
            ? length
            : throw new InvalidDataException("the answer has no length");
    }
}
