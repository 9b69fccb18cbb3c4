using System.Buffers.Binary;

namespace Tidegate.Proxy;

/// <summary>How the bytes of a stream are framed, as far as it takes to end it between two frames.</summary>
internal enum StreamFraming
{
    /// <summary>Unknown: any place is as good as another.</summary>
    None,

    /// <summary>RFC 6455, as the server sends it (unmasked).</summary>
    WebSocket,

    /// <summary>SPDY/3.1: an eight-byte header whose last three bytes are the length.</summary>
    Spdy,

    /// <summary>Each line is a frame: logs, and watch events as JSON.</summary>
    Lines,

    /// <summary>Four bytes of length, big-endian, before each frame: watch events as protobuf.</summary>
    LengthPrefixed,
}

/// <summary>
/// Follows the frames of one direction of a stream. It never changes or delays a byte; it only knows whether the last byte seen
/// ended a frame, so that a stream that must end is not cut inside one.
/// </summary>
internal sealed class StreamFrames(StreamFraming framing)
{
    private readonly byte[] header = new byte[10];
    private int headerLength;
    private long payloadLeft;
    private bool withinLine;

    /// <summary>Whether the bytes seen so far are whole frames.</summary>
    public bool AtBoundary => framing == StreamFraming.None || (headerLength == 0 && payloadLeft == 0 && !withinLine);

    /// <summary>Takes note of bytes that are passed on.</summary>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="stopAtBoundary">Stop after the first frame that ends.</param>
    /// <returns>How many bytes were taken: all of them unless stopped.</returns>
    public int Advance(ReadOnlySpan<byte> bytes, bool stopAtBoundary)
    {
        if (framing is StreamFraming.None or StreamFraming.Lines)
        {
            return AdvanceLines(bytes, stopAtBoundary && framing == StreamFraming.Lines);
        }

        var position = 0;
        while (position < bytes.Length)
        {
            if (payloadLeft > 0)
            {
                var step = (int)Math.Min(payloadLeft, bytes.Length - position);
                payloadLeft -= step;
                position += step;
            }
            else
            {
                header[headerLength++] = bytes[position++];
                ReadHeader();
            }

            if (stopAtBoundary && AtBoundary)
            {
                break;
            }
        }

        return position;
    }

    private int AdvanceLines(ReadOnlySpan<byte> bytes, bool stopAtBoundary)
    {
        var taken = stopAtBoundary && bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : bytes.Length;
        withinLine = bytes[taken - 1] != (byte)'\n';
        return taken;
    }

    private void ReadHeader()
    {
        var (needed, length) = framing switch
        {
            StreamFraming.Spdy => SpdyHeader(),
            StreamFraming.LengthPrefixed => (4, headerLength < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header)),
            _ => WebSocketHeader(),
        };
        if (headerLength == needed)
        {
            headerLength = 0;
            payloadLeft = length;
        }
    }

    private (int Needed, long Length) SpdyHeader() => (8, headerLength < 8 ? 0 : (header[5] << 16) | (header[6] << 8) | header[7]);

    private (int Needed, long Length) WebSocketHeader()
    {
        if (headerLength < 2)
        {
            return (2, 0);
        }

        // A server's frames carry no mask (RFC 6455, 5.1), so the header is 2, 4 or 10 bytes.
        return (header[1] & 0x7F) switch
        {
            126 => (4, headerLength < 4 ? 0 : (header[2] << 8) | header[3]),
            127 => (10, headerLength < 10 ? 0 : (long)BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2)) & long.MaxValue),
            var small => (2, small),
        };
    }
}
