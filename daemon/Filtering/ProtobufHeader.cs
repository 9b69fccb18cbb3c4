namespace Tidegate.Filtering;

/// <summary>The beginning of a length-delimited field: its tag and the length of its content. Kubernetes' envelopes and lists have no others.</summary>
/// <param name="Field">The field's number.</param>
/// <param name="Size">How many bytes tag and length take.</param>
/// <param name="Length">The length of the content.</param>
internal readonly record struct ProtobufHeader(int Field, int Size, long Length)
{
    /// <summary>A tag of five bytes and a length of ten.</summary>
    private const int Longest = 15;

    /// <summary>Reads a header if all of it has arrived.</summary>
    /// <returns>Null when it has not.</returns>
    /// <exception cref="UnfilterableAnswerException">There is none.</exception>
    public static ProtobufHeader? Read(ReadOnlySpan<byte> bytes)
    {
        var size = 0;
        if (Varint(bytes, ref size) is not { } tag || Varint(bytes, ref size) is not { } length)
        {
            return bytes.Length >= Longest ? throw Malformed() : null;
        }

        return tag >> 3 is > 0 and <= int.MaxValue >> 3 && (tag & 7) == 2 && length <= long.MaxValue >> 1
            ? new ProtobufHeader((int)(tag >> 3), size, (long)length)
            : throw Malformed();
    }

    /// <summary>The exception for bytes that are no such message.</summary>
    public static UnfilterableAnswerException Malformed(Exception? inner = null) =>
        inner is null ? new("the cluster's answer is not protobuf that can be read") : new("the cluster's answer is not protobuf that can be read", inner);

    /// <summary>Writes a varint of the least size.</summary>
    public static void WriteVarint(List<byte> bytes, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }

    /// <summary>Null when the number is cut off; the place is that behind it.</summary>
    private static ulong? Varint(ReadOnlySpan<byte> bytes, ref int place)
    {
        ulong value = 0;
        for (var shift = 0; place < bytes.Length; shift += 7)
        {
            if (shift > 63)
            {
                throw Malformed();
            }

            var next = bytes[place++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        return null;
    }
}
