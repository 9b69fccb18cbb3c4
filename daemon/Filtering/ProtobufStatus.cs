using System.Text;
using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>What <see cref="JsonStatus"/> does, for protobuf. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto</c> (Status, ListMeta).</summary>
internal static class ProtobufStatus
{
    private const int Metadata = 1;
    private const int Status = 2;
    private const int Message = 3;
    private const int Reason = 4;
    private const int Details = 5;
    private const int Code = 6;

    /// <summary>The message <c>Status</c> as the client gets it.</summary>
    /// <param name="seal">Makes the client's token; null: it gets none.</param>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static byte[] Tell(ReadOnlySpan<byte> message, Func<string, string>? seal)
    {
        var isInternal = JsonStatus.IsInternal(CodeOf(message));
        var told = new List<byte>();
        var rest = message;
        while (!rest.IsEmpty)
        {
            var cursor = new ProtobufCursor(rest);
            cursor.Next();
            var field = rest[..^cursor.Rest];
            rest = rest[field.Length..];
            switch (cursor.Field)
            {
                case Metadata when cursor.WireType == ProtobufCursor.LengthDelimited:
                    var next = ProtobufListHead.Read(cursor.Content).Continue;
                    ProtobufListHead.WriteField(told, Metadata, new ProtobufListHead("", "", "").Write(next.Length > 0 && seal is not null ? seal(next) : ""));
                    break;
                case Message when isInternal:
                    ProtobufListHead.WriteField(told, Message, Encoding.UTF8.GetBytes(JsonStatus.Untold));
                    break;
                case Status or Message or Reason or Code:
                case Details when !isInternal:
                    told.AddRange(field);
                    break;
            }
        }

        return [.. told];
    }

    private static long? CodeOf(ReadOnlySpan<byte> message)
    {
        var code = (long?)null;
        var cursor = new ProtobufCursor(message);
        while (cursor.Next())
        {
            if (cursor is { Field: Code, WireType: ProtobufCursor.Varint })
            {
                code = (long)cursor.Number;
            }
        }

        return code;
    }
}
