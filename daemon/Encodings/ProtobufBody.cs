using System.Text;

namespace Tidegate.Encodings;

/// <summary>
/// Reads fields from Kubernetes' protobuf: four bytes, then a message <c>Unknown</c> that names the kind and holds the object. Source:
/// <c>k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go</c> and <c>pkg/runtime/generated.proto</c>.
/// </summary>
internal static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const string TypeMeta = "typeMeta";
    private const string Raw = "raw";
    private const string ContentEncoding = "contentEncoding";
    private const string ContentType = "contentType";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly BodyField TypeMetaField = new(TypeMeta, 1, [new("apiVersion", 1), new("kind", 2)]);

    private static ReadOnlySpan<byte> Prefix => "k8s\0"u8;

    /// <exception cref="FormatException">The body is not such a message, or one that two readers could read differently.</exception>
    public static BodyObject Read(ReadOnlySpan<byte> body, BodyField root)
    {
        if (!body.StartsWith(Prefix))
        {
            throw new FormatException("the body does not begin as Kubernetes' protobuf does");
        }

        var unknown = new BodyObject(new("", 0, [TypeMetaField, root with { Name = Raw, Number = 2 }, new(ContentEncoding, 3), new(ContentType, 4)]));
        Fill(body[Prefix.Length..], unknown);
        if (unknown.Text(ContentEncoding).Length > 0 || unknown.Text(ContentType) is not ("" or MediaType))
        {
            throw new FormatException("the body is encoded once more inside, which is not supported");
        }

        // Kubernetes always writes it, however empty; without it a body that was cut off would be an object without a name.
        var result = unknown.Object(Raw) ?? throw new FormatException("the body holds no object");
        var type = unknown.Object(TypeMeta);
        result.Set("apiVersion", type?.Text("apiVersion") ?? "");
        result.Set("kind", type?.Text("kind") ?? "");
        return result;
    }

    private static void Fill(ReadOnlySpan<byte> message, BodyObject target)
    {
        var cursor = new ProtobufCursor(message);
        while (cursor.Next())
        {
            if (target.Enter(cursor.Field) is not { } field)
            {
                continue;
            }

            if (cursor.WireType != ProtobufCursor.LengthDelimited)
            {
                throw new FormatException($"{target.PathOf(field.Name)} has the wire type {cursor.WireType}");
            }

            if (field.Fields is null)
            {
                target.Set(field.Name, Text(cursor.Content, target.PathOf(field.Name)));
            }
            else
            {
                Fill(cursor.Content, target.Open(field));
            }
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"{path} is not UTF-8", e);
        }
    }
}
