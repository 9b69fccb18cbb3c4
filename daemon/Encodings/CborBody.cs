using System.Formats.Cbor;
using System.Text;

namespace Tidegate.Encodings;

/// <summary>
/// Reads fields from CBOR. Keys and texts may be byte strings, which is how Kubernetes writes what it has not checked to be UTF-8. Source: RFC 8949, and
/// <c>k8s.io/apimachinery/pkg/runtime/serializer/cbor/internal/modes/decode.go</c>.
/// </summary>
internal static class CborBody
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">The body is no CBOR map, or one that two readers could read differently.</exception>
    public static BodyObject Read(ReadOnlyMemory<byte> body, BodyField root)
    {
        var reader = new CborReader(body, CborConformanceMode.Strict);
        var result = new BodyObject(root);
        try
        {
            if (reader.PeekState() == CborReaderState.Tag && reader.ReadTag() != CborTag.SelfDescribeCbor)
            {
                throw new FormatException("the body has a tag other than that of CBOR itself");
            }

            if (reader.PeekState() != CborReaderState.StartMap)
            {
                throw new FormatException("the body must be a map");
            }

            Fill(reader, result);
            return reader.BytesRemaining == 0 ? result : throw new FormatException("something follows the body's map");
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new FormatException("the body is not valid CBOR", e);
        }
    }

    private static void Fill(CborReader reader, BodyObject target)
    {
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var field = target.Enter(Text(reader) ?? throw new FormatException($"{target.Noun} has a key that is no string"));
            if (field is null)
            {
                reader.SkipValue();
            }
            else if (reader.PeekState() == CborReaderState.Null)
            {
                reader.ReadNull();
            }
            else
            {
                Take(reader, target, field);
            }
        }

        reader.ReadEndMap();
    }

    private static void Take(CborReader reader, BodyObject target, BodyField field)
    {
        if (field.Fields is null)
        {
            target.Set(field.Name, Text(reader) ?? throw new FormatException($"{target.PathOf(field.Name)} must be a string"));
        }
        else if (reader.PeekState() == CborReaderState.StartMap)
        {
            Fill(reader, target.Open(field));
        }
        else
        {
            throw new FormatException($"{target.PathOf(field.Name)} must be a map");
        }
    }

    /// <returns>Null for anything but a string; also for one with a tag, which could give it another meaning.</returns>
    private static string? Text(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                return reader.ReadTextString();
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                try
                {
                    return Strict.GetString(reader.ReadByteString());
                }
                catch (DecoderFallbackException e)
                {
                    throw new FormatException("a string of the body is not UTF-8", e);
                }

            default:
                return null;
        }
    }
}
