using System.Buffers.Binary;

namespace Tidegate.Simulation.Spdy;

/// <summary>The control frame types of SPDY/3.</summary>
internal enum SpdyFrameType
{
    Data = 0,
    SynStream = 1,
    SynReply = 2,
    RstStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    Headers = 8,
    WindowUpdate = 9,
}

/// <summary>One frame. A control frame's payload begins with what follows its length; a data frame's is the data.</summary>
/// <param name="StreamId">Of a data frame; a control frame has its stream id, if any, in the payload.</param>
internal readonly record struct SpdyFrame(SpdyFrameType Type, int StreamId, byte Flags, byte[] Payload)
{
    public const byte Fin = 1;
    public const int HeaderLength = 8;

    private const ushort ControlBitAndVersion = 0x8003;

    public bool IsFin => (Flags & Fin) != 0;

    /// <summary>The 31-bit number at an offset of the payload.</summary>
    /// <exception cref="InvalidDataException">The payload is too short.</exception>
    public int NumberAt(int offset) => Payload.Length >= offset + 4
        ? BinaryPrimitives.ReadInt32BigEndian(Payload.AsSpan(offset)) & int.MaxValue
        : throw new InvalidDataException($"a {Type} frame of {Payload.Length} bytes is too short");

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[HeaderLength + Payload.Length];
        if (Type == SpdyFrameType.Data)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes, StreamId);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes, ControlBitAndVersion);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)Type);
        }

        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), Payload.Length);
        bytes[4] = Flags;
        Payload.CopyTo(bytes, HeaderLength);
        return bytes;
    }

    /// <returns>The next frame, or null at the end of the transport.</returns>
    /// <exception cref="InvalidDataException">The peer does not speak SPDY/3.</exception>
    public static async Task<SpdyFrame?> ReadAsync(Stream transport, CancellationToken cancellationToken)
    {
        byte[] head = new byte[HeaderLength];
        if (await transport.ReadAtLeastAsync(head, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
        {
            return null;
        }

        byte flags = head[4];
        head[4] = 0;
        byte[] payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4))];
        await transport.ReadExactlyAsync(payload, cancellationToken);
        if ((head[0] & 0x80) == 0)
        {
            return new SpdyFrame(SpdyFrameType.Data, BinaryPrimitives.ReadInt32BigEndian(head), flags, payload);
        }

        return BinaryPrimitives.ReadUInt16BigEndian(head) == ControlBitAndVersion
            ? new SpdyFrame((SpdyFrameType)BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2)), 0, flags, payload)
            : throw new InvalidDataException("a control frame is of another SPDY version than 3");
    }

    /// <summary>A control frame whose payload is 32-bit numbers and then bytes.</summary>
    public static SpdyFrame Control(SpdyFrameType type, byte flags, ReadOnlySpan<int> numbers, ReadOnlySpan<byte> rest = default)
    {
        byte[] payload = new byte[(4 * numbers.Length) + rest.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4 * i), numbers[i]);
        }

        rest.CopyTo(payload.AsSpan(4 * numbers.Length));
        return new SpdyFrame(type, 0, flags, payload);
    }
}
