namespace Tidegate.Proxy;

/// <summary>How the bytes of an upgraded stream are framed, as far as it takes to end one between two frames.</summary>
internal enum StreamFraming
{
    /// <summary>Unknown: any place is as good as another.</summary>
    None,

    /// <summary>RFC 6455, as the server sends it (unmasked).</summary>
    WebSocket,

    /// <summary>SPDY/3.1: an eight-byte header whose last three bytes are the length.</summary>
    Spdy,
}

/// <summary>
/// Follows the frames of one direction of an upgraded stream. It never changes or delays a byte; it only knows whether the last byte seen
/// ended a frame, so that a stream that must end is not cut inside one.
/// </summary>
internal sealed class StreamFrames(StreamFraming framing)
{
    private readonly byte[] header = new byte[10];
    private int headerLength;
    private long payloadLeft;

    /// <summary>Whether the bytes seen so far are whole frames.</summary>
    public bool AtBoundary => framing == StreamFraming.None || (headerLength == 0 && payloadLeft == 0);

    /// <summary>Takes note of bytes that are passed on.</summary>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="stopAtBoundary">Stop after the first frame that ends.</param>
    /// <returns>How many bytes were taken: all of them unless stopped.</returns>
    public int Advance(ReadOnlySpan<byte> bytes, bool stopAtBoundary)
    {
        if (framing == StreamFraming.None)
        {
            return bytes.Length;
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

    private void ReadHeader()
    {
        var (needed, length) = framing == StreamFraming.Spdy ? SpdyHeader() : WebSocketHeader();
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
            127 => (10, headerLength < 10 ? 0 : (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2)) & long.MaxValue),
            var small => (2, small),
        };
    }
}
