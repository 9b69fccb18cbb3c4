using System.Text;
using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>
/// Which object a message is about. Every kind of the Kubernetes API has its <c>ObjectMeta</c> in field 1, with the name in field 1 and the namespace in field 3 of it.
/// Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto</c>, <c>k8s.io/api/*/generated.proto</c>.
/// </summary>
internal static class ProtobufObject
{
    private const int Metadata = 1;
    private const int Name = 1;
    private const int Namespace = 3;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The namespace and name of an object; null when it says them twice, or not as text.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static (string Namespace, string Name)? Identity(ReadOnlySpan<byte> message)
    {
        if (!TryOnly(message, Metadata, out var metadata) || !TryOnly(metadata, Name, out var name) || !TryOnly(metadata, Namespace, out var ns))
        {
            return null;
        }

        try
        {
            return (StrictUtf8.GetString(ns), StrictUtf8.GetString(name));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The content of a field, empty when the message has none.</summary>
    /// <returns>Whether the field is there at most once and holds bytes.</returns>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static bool TryOnly(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> content)
    {
        content = default;
        var count = 0;
        var isBytes = true;
        var cursor = new ProtobufCursor(message);
        while (cursor.Next())
        {
            if (cursor.Field == field)
            {
                count++;
                isBytes &= cursor.WireType == ProtobufCursor.LengthDelimited;
                content = cursor.Content;
            }
        }

        return count <= 1 && isBytes;
    }
}
