using System.Text;

namespace Tidegate.Encodings;

/// <summary>
/// Walks over the fields of one protobuf message without knowing its schema. Source: protobuf.dev, "Encoding". Nothing is copied; a field's content is a
/// piece of the message.
/// </summary>
internal ref struct ProtobufCursor(ReadOnlySpan<byte> message)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int LengthDelimited = 2;
    public const int Fixed32 = 5;

    private const int LongestVarint = 10;

    private ReadOnlySpan<byte> rest = message;

    /// <summary>How many bytes of the message come behind the field.</summary>
    public readonly int Rest => rest.Length;

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    public int WireType { get; private set; }

    /// <summary>The content of a length-delimited field.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Number { get; private set; }

    /// <summary>Goes to the next field; false at the message's end.</summary>
    /// <exception cref="FormatException">The bytes are no protobuf message: cut off, a group (which Kubernetes never uses), or a field number of 0.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarint(ref rest);
        Field = tag >> 3 is > 0 and <= int.MaxValue >> 3 ? (int)(tag >> 3) : throw new FormatException("a protobuf field has no valid number");
        WireType = (int)(tag & 7);
        Content = default;
        Number = 0;
        switch (WireType)
        {
            case Varint:
                Number = ReadVarint(ref rest);
                break;
            case Fixed64:
                Skip(8);
                break;
            case LengthDelimited:
                var length = ReadVarint(ref rest);
                Content = length <= (ulong)rest.Length ? rest[..(int)length] : throw new FormatException("a protobuf field is cut off");
                rest = rest[(int)length..];
                break;
            case Fixed32:
                Skip(4);
                break;
            default:
                throw new FormatException($"a protobuf field has the wire type {WireType}");
        }

        return true;
    }

    /// <summary>The content of a length-delimited field as text.</summary>
    public readonly string Text() => Encoding.UTF8.GetString(Content);

    /// <summary>Takes a varint from the beginning of <paramref name="bytes"/>.</summary>
    /// <exception cref="FormatException">It is cut off or too long.</exception>
    public static ulong ReadVarint(scoped ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < LongestVarint; i++)
        {
            if (i >= bytes.Length)
            {
                throw new FormatException("a protobuf number is cut off");
            }

            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new FormatException("a protobuf number has more than ten bytes");
    }

    private void Skip(int count) => rest = count <= rest.Length ? rest[count..] : throw new FormatException("a protobuf field is cut off");
}
