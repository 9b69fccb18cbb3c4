using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>One HTTP/2 request made of frames and header fields exactly as given, also those that no client library sends.</summary>
public static class RawHttp2
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, GoAway = 7;
    private const byte EndStream = 1, EndHeaders = 4;

    /// <summary>Sends a request and reads what comes of it.</summary>
    /// <param name="fields">In order, pseudo header fields first.</param>
    /// <param name="body">Empty: the stream ends with the fields.</param>
    /// <returns>The body of an answer, or <c>reset CODE</c>, or <c>goaway CODE</c> (RFC 9113, 7).</returns>
    public static async Task<string> AskAsync(IPEndPoint endPoint, X509Certificate2 certificate, IEnumerable<(string Name, string Value)> fields, string body = "")
    {
        await using var client = await RawClient.ConnectAsync(
            endPoint, new SslClientAuthenticationOptions { ClientCertificates = [certificate], ApplicationProtocols = [SslApplicationProtocol.Http2] });
        await client.Stream.WriteAsync((byte[])[.. Begin(), .. Request(fields, body)]);
        return await ReadAsync(client.Stream);
    }

    /// <summary>Begins a connection, so that nothing more has to be said on it.</summary>
    public static async Task BeginAsync(Stream stream)
    {
        await stream.WriteAsync(Begin());
        while (await FrameAsync(stream) is not { Type: Settings, Flags: 0 })
        {
        }

        await stream.WriteAsync(Frame(Settings, 1, 0, []));
    }

    /// <summary>The frames of a connection's first request.</summary>
    public static byte[] Request(IEnumerable<(string Name, string Value)> fields, string body)
    {
        var block = fields.SelectMany(f => (byte[])[0, .. Text(f.Name), .. Text(f.Value)]).ToArray();
        return
        [
            .. Frame(Headers, (byte)(EndHeaders | (body.Length == 0 ? EndStream : 0)), 1, block),
            .. body.Length == 0 ? [] : Frame(Data, EndStream, 1, Encoding.Latin1.GetBytes(body)),
        ];
    }

    /// <summary>Reads the answer to it; the server may ask for another connection meanwhile.</summary>
    public static async Task<string> ReadAsync(Stream stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var answer = new StringBuilder();
        while (true)
        {
            var (type, flags, payload) = await FrameAsync(stream).AsTask().WaitAsync(limit.Token);
            switch (type)
            {
                case ResetStream:
                    return $"reset {BinaryPrimitives.ReadUInt32BigEndian(payload)}";
                case GoAway when BinaryPrimitives.ReadUInt32BigEndian(payload) == 0 || BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4)) != 0:
                    return $"goaway {BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4))}";
                case Settings when (flags & 1) == 0:
                    await stream.WriteAsync(Frame(Settings, 1, 0, []), limit.Token);
                    break;
                case Data:
                    answer.Append(Encoding.Latin1.GetString(payload));
                    break;
            }

            if (type is Data or Headers && (flags & EndStream) != 0)
            {
                return answer.ToString();
            }
        }
    }

    private static byte[] Begin() => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    private static async ValueTask<(byte Type, byte Flags, byte[] Payload)> FrameAsync(Stream stream)
    {
        var head = new byte[9];
        await stream.ReadExactlyAsync(head);
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await stream.ReadExactlyAsync(payload);
        return (head[3], head[4], payload);
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, (byte)stream, .. payload];

    // A literal of HPACK that is neither indexed nor compressed; its length fits into seven bits.
    private static byte[] Text(string text)
    {
        text.Length.ShouldBeLessThan(127);
        return [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];
    }
}
