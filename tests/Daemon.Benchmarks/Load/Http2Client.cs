using System.Buffers.Binary;
using System.Net.Security;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Load;

/// <summary>One HTTP/2 connection (RFC 9113) that sends one request again and again on several streams. Allocates nothing per request.</summary>
internal sealed class Http2Client : IDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 0x1;
    private const byte Ack = 0x1;
    private const byte EndHeaders = 0x4;
    private const int HeaderLength = 9;

    // As Go's transport: 4 MB a stream, 1 GB a connection.
    private const int StreamWindow = 4 << 20;
    private const int ConnectionWindow = 1 << 30;

    private readonly Connection connection;
    private readonly HeaderBlock block;
    private readonly byte[] buffer = new byte[32 * 1024];
    private readonly byte[] outgoing = new byte[4096];
    private int start;
    private int end;
    private int nextStream = 1;
    private int unacknowledged;

    public Http2Client(Target target, string path)
    {
        block = new(target, path);
        connection = Dialer.Dial(target, SslApplicationProtocol.Http2);
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.CopyTo(outgoing);
        var settings = outgoing.AsSpan(24);
        WriteHeader(settings, 12, Settings, 0, 0);

        // ENABLE_PUSH 0; INITIAL_WINDOW_SIZE.
        BinaryPrimitives.WriteUInt16BigEndian(settings[9..], 2);
        BinaryPrimitives.WriteUInt32BigEndian(settings[11..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(settings[15..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(settings[17..], StreamWindow);
        var length = 24 + HeaderLength + 12 + WriteWindow(outgoing.AsSpan(24 + HeaderLength + 12), ConnectionWindow);
        connection.Tls.Write(outgoing, 0, length);
    }

    /// <summary>Bytes have come that nobody has read.</summary>
    public bool HasNews => connection.Socket.Available > 0;

    /// <summary>Sends the request on a new stream.</summary>
    public void Send()
    {
        var fields = nextStream == 1 ? block.First : block.Later;
        WriteHeader(outgoing, fields.Length, Headers, EndStream | EndHeaders, nextStream);
        fields.CopyTo(outgoing.AsSpan(HeaderLength));
        connection.Tls.Write(outgoing, 0, HeaderLength + fields.Length);
        nextStream += 2;
    }

    /// <summary>Reads one frame and does what the protocol asks for.</summary>
    public Http2Event Read()
    {
        Fill(HeaderLength);
        var header = buffer.AsSpan(start, HeaderLength);
        var length = (header[0] << 16) | (header[1] << 8) | header[2];
        var (type, flags) = (header[3], header[4]);
        start += HeaderLength;
        Fill(length);
        var payload = buffer.AsSpan(start, length);
        start += length;
        switch (type)
        {
            case Data:
                Acknowledge(length);
                return (flags & EndStream) != 0 ? Http2Event.End : length > 0 ? Http2Event.Data : Http2Event.Other;
            case Headers:
                return IsSuccess(payload)
                    ? (flags & EndStream) != 0 ? Http2Event.End : Http2Event.Other
                    : throw new InvalidDataException($"the answer is not 200: {Convert.ToHexStringLower(payload)}");
            case Settings when (flags & Ack) == 0:
                WriteHeader(outgoing, 0, Settings, Ack, 0);
                connection.Tls.Write(outgoing, 0, HeaderLength);
                return Http2Event.Other;
            case Ping when (flags & Ack) == 0:
                WriteHeader(outgoing, length, Ping, Ack, 0);
                payload.CopyTo(outgoing.AsSpan(HeaderLength));
                connection.Tls.Write(outgoing, 0, HeaderLength + length);
                return Http2Event.Other;
            case Reset or GoAway:
                throw new InvalidDataException($"the program ended a stream or the connection (frame type {type})");
            default:
                return Http2Event.Other;
        }
    }

    public void Close() => connection.Close();

    public void Dispose() => connection.Dispose();

    // ":status: 200" has an entry of its own in the static table; updates of the table's size may come before it.
    private static bool IsSuccess(ReadOnlySpan<byte> fields)
    {
        while (fields.Length > 0 && (fields[0] & 0xE0) == 0x20)
        {
            fields = fields[1..];
        }

        return fields.Length > 0 && fields[0] == 0x88;
    }

    /// <summary>Gives the connection's window back in large pieces; a stream's is larger than any answer.</summary>
    private void Acknowledge(int length)
    {
        unacknowledged += length;
        if (unacknowledged > ConnectionWindow / 2)
        {
            connection.Tls.Write(outgoing, 0, WriteWindow(outgoing, unacknowledged));
            unacknowledged = 0;
        }
    }

    private void Fill(int count)
    {
        if (end - start >= count)
        {
            return;
        }

        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        while (end < count)
        {
            var read = connection.Tls.Read(buffer, end, buffer.Length - end);
            end += read > 0 ? read : throw new EndOfStreamException("the connection was closed");
        }
    }

    private static int WriteWindow(Span<byte> target, int increment)
    {
        WriteHeader(target, 4, WindowUpdate, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(target[HeaderLength..], increment);
        return HeaderLength + 4;
    }

    private static void WriteHeader(Span<byte> target, int length, byte type, byte flags, int stream)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, (length << 8) | type);
        target[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], stream);
    }
}

/// <summary>What a frame meant to the one who asked.</summary>
internal enum Http2Event
{
    /// <summary>Nothing.</summary>
    Other,

    /// <summary>Bytes of a body that goes on.</summary>
    Data,

    /// <summary>An answer is complete.</summary>
    End,
}
