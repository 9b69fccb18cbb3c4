using System.Buffers.Binary;

namespace Tidegate.Sessions;

/// <summary>
/// Follows the frames of one direction of a stream. It never changes or delays a byte; it only knows whether the last byte seen
/// ended a frame, so that a stream that must end is not cut inside one, and whether there was data among the bytes.
/// </summary>
/// <remarks>
/// Data is what a person or a program sent or asked for. The control frames of a WebSocket and the pings of SPDY are no data: kubectl sends one every
/// 5 to 10 seconds for as long as it runs, whether somebody is there or not.
/// </remarks>
/// <param name="spdy">Is told of the frames of SPDY; null where nobody asks.</param>
internal sealed class StreamFrames(StreamFraming framing, SpdyReader? spdy = null)
{
    // SPDY/3.1, 2.6.5: control bit, version 3, type 6.
    private const int SpdyPing = 6;

    // The longest header: a WebSocket's with 64 bits of length and a mask.
    private readonly byte[] header = new byte[14];
    private readonly StreamFrames? tunnelled = framing == StreamFraming.SpdyInWebSocket ? new(StreamFraming.Spdy, spdy) : null;
    private readonly JsonDocuments documents = new();
    private int headerLength;
    private long payloadLeft;
    private bool withinLine;
    private bool isData;
    private bool sawData;
    private uint mask;

    /// <summary>Whether the bytes seen so far are whole frames.</summary>
    public bool AtBoundary => framing == StreamFraming.None || (headerLength == 0 && payloadLeft == 0 && !withinLine && documents.AtBoundary);

    /// <summary>Whether that also holds for the frames that the frames carry.</summary>
    public bool AtInnerBoundary => AtBoundary && (tunnelled is null || tunnelled.AtBoundary);

    private bool IsWebSocket => framing is StreamFraming.WebSocket or StreamFraming.SpdyInWebSocket;

    /// <summary>Takes note of bytes that are passed on.</summary>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="stopAtBoundary">Stop after the first frame that ends.</param>
    /// <returns>How many bytes were taken: all of them unless stopped.</returns>
    public int Advance(ReadOnlySpan<byte> bytes, bool stopAtBoundary)
    {
        if (framing == StreamFraming.Json)
        {
            sawData |= bytes.Length > 0;
            return documents.Advance(bytes, stopAtBoundary, out _);
        }

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
                TakePayload(bytes.Slice(position, step));
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

    /// <summary>Takes note of bytes, all of them.</summary>
    /// <returns>How many of them belong to frames that are whole.</returns>
    public int AdvanceWhole(ReadOnlySpan<byte> bytes)
    {
        if (framing == StreamFraming.Json)
        {
            documents.Advance(bytes, stopAtBoundary: false, out var end);
            return end;
        }

        var whole = 0;
        for (var position = 0; position < bytes.Length;)
        {
            position += Advance(bytes[position..], stopAtBoundary: true);
            whole = AtBoundary ? position : whole;
        }

        return whole;
    }

    /// <summary>Whether there was data in what was taken since this was asked last.</summary>
    public bool SawData()
    {
        var saw = sawData;
        sawData = false;
        return saw;
    }

    private int AdvanceLines(ReadOnlySpan<byte> bytes, bool stopAtBoundary)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        var taken = stopAtBoundary && bytes.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : bytes.Length;
        withinLine = bytes[taken - 1] != (byte)'\n';
        sawData = true;
        return taken;
    }

    private void TakePayload(ReadOnlySpan<byte> bytes)
    {
        payloadLeft -= bytes.Length;
        if (framing == StreamFraming.Spdy && spdy is { WantsPayload: true })
        {
            spdy.Take(bytes);
            if (payloadLeft == 0)
            {
                spdy.End();
            }
        }

        if (!isData)
        {
            return;
        }

        if (tunnelled is null)
        {
            sawData = true;
            return;
        }

        TakeTunnelled(bytes);
        sawData |= tunnelled.SawData();
    }

    /// <summary>Unmasks only what somebody reads: the headers within, and payloads that are wanted. Of the others the length is enough.</summary>
    private void TakeTunnelled(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (position < bytes.Length)
        {
            var step = 1;
            if (tunnelled!.payloadLeft > 0 && spdy is not { WantsPayload: true })
            {
                step = (int)Math.Min(tunnelled.payloadLeft, bytes.Length - position);
                tunnelled.TakePayload(bytes.Slice(position, step));
            }
            else
            {
                tunnelled.Advance([(byte)(bytes[position] ^ (byte)(mask >> 24))], stopAtBoundary: false);
            }

            position += step;
            mask = uint.RotateLeft(mask, 8 * (step & 3));
        }
    }

    private void ReadHeader()
    {
        var (needed, length) = framing switch
        {
            StreamFraming.Spdy => SpdyHeader(),
            StreamFraming.LengthPrefixed => (4, headerLength < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header)),
            _ => WebSocketHeader(),
        };
        if (headerLength < needed)
        {
            return;
        }

        payloadLeft = length;
        if (framing == StreamFraming.Spdy)
        {
            spdy?.Begin(header);
        }

        isData = framing switch
        {
            StreamFraming.Spdy => !IsSpdyPing(),
            StreamFraming.LengthPrefixed => true,

            // RFC 6455, 5.2: the opcodes from 8 on are control frames.
            _ => (header[0] & 0x08) == 0,
        };

        // A WebSocket's empty message is a sign of life; SPDY's empty data frame ends a stream.
        sawData |= isData && !IsWebSocket;
        mask = IsWebSocket && (header[1] & 0x80) != 0 ? BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(needed - 4)) : 0;
        headerLength = 0;
    }

    private bool IsSpdyPing() => (header[0] & 0x80) != 0 && BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) == SpdyPing;

    private (int Needed, long Length) SpdyHeader() => (8, headerLength < 8 ? 0 : (header[5] << 16) | (header[6] << 8) | header[7]);

    private (int Needed, long Length) WebSocketHeader()
    {
        if (headerLength < 2)
        {
            return (2, 0);
        }

        var maskLength = (header[1] & 0x80) != 0 ? 4 : 0;
        return (header[1] & 0x7F) switch
        {
            126 => (4 + maskLength, headerLength < 4 ? 0 : (header[2] << 8) | header[3]),
            127 => (10 + maskLength, headerLength < 10 ? 0 : (long)BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(2)) & long.MaxValue),
            var small => (2 + maskLength, small),
        };
    }
}
