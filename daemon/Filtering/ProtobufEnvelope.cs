namespace Tidegate.Filtering;

/// <summary>
/// The wrapping of every object that the API server sends as protobuf: <c>k8s\0</c>, then <c>runtime.Unknown</c> with the type, the object's bytes, and how they are
/// encoded, which is empty for plain protobuf. Source: <c>k8s.io/apimachinery/pkg/runtime/generated.proto</c>, <c>serializer/protobuf</c>.
/// </summary>
internal static class ProtobufEnvelope
{
    public const int TypeMeta = 1;
    public const int Raw = 2;
    public const int ContentEncoding = 3;
    public const int ContentType = 4;

    private const int ApiVersion = 1;
    private const int Kind = 2;

    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>The bytes of the one object in an envelope.</summary>
    /// <returns>Whether the envelope is one, says each thing once, and holds plain protobuf.</returns>
    /// <exception cref="FormatException">A message is malformed.</exception>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        if (!envelope.StartsWith(Magic))
        {
            return false;
        }

        var unknown = envelope[Magic.Length..];
        return ProtobufObject.TryOnly(unknown, TypeMeta, out _)
            && ProtobufObject.TryOnly(unknown, ContentEncoding, out var encoding) && encoding.IsEmpty
            && ProtobufObject.TryOnly(unknown, ContentType, out var contentType) && contentType.IsEmpty
            && ProtobufObject.TryOnly(unknown, Raw, out raw);
    }

    /// <summary>An envelope of plain protobuf.</summary>
    public static byte[] Write(ReadOnlySpan<byte> typeMeta, ReadOnlySpan<byte> raw)
    {
        var bytes = new List<byte>(Magic.ToArray());
        if (!typeMeta.IsEmpty)
        {
            ProtobufListHead.WriteField(bytes, TypeMeta, typeMeta);
        }

        ProtobufListHead.WriteField(bytes, Raw, raw);
        return [.. bytes];
    }

    /// <summary>Whether a type is that of a list. The other types' fields mean something else.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static bool IsList(ReadOnlySpan<byte> typeMeta) => ProtobufObject.TryOnly(typeMeta, Kind, out var kind) && kind.EndsWith("List"u8);

    /// <inheritdoc cref="IsList"/>
    /// <summary>Whether a type is <c>Status</c>, the answer of a server that has no list.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> typeMeta) =>
        ProtobufObject.TryOnly(typeMeta, Kind, out var kind) && kind.SequenceEqual("Status"u8)
        && ProtobufObject.TryOnly(typeMeta, ApiVersion, out var version) && version.SequenceEqual("v1"u8);
}
