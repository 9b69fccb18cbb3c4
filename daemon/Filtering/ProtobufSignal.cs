using System.Buffers.Binary;
using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>What <see cref="JsonSignal"/> does, for protobuf. Source: <c>k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto</c> (WatchEvent, ObjectMeta).</summary>
internal static class ProtobufSignal
{
    private const int EventType = 1;
    private const int EventObject = 2;
    private const int Raw = 1;
    private const int Metadata = 1;
    private const int ResourceVersion = 6;
    private const int Annotations = 12;
    private const int Key = 1;

    /// <summary>The frame with its length, as the client gets it.</summary>
    /// <param name="frame">One whole event.</param>
    /// <param name="type"><c>BOOKMARK</c> or <c>ERROR</c>.</param>
    /// <exception cref="FormatException">A message is malformed.</exception>
    public static byte[] Tell(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> type)
    {
        var happened = new List<byte>();
        ProtobufListHead.WriteField(happened, EventType, type);
        if (ProtobufObject.TryOnly(frame, EventObject, out var extension) && ProtobufObject.TryOnly(extension, Raw, out var envelope)
            && ProtobufEnvelope.TryOpen(envelope, out var raw) && ProtobufObject.TryOnly(envelope[ProtobufEnvelope.Magic.Length..], ProtobufEnvelope.TypeMeta, out var kind))
        {
            var about = type.SequenceEqual("ERROR"u8) ? ProtobufStatus.Tell(raw, seal: null) : Bookmark(raw);
            var held = new List<byte>();
            ProtobufListHead.WriteField(held, Raw, ProtobufEnvelope.Write(kind, about));
            ProtobufListHead.WriteField(happened, EventObject, [.. held]);
        }

        var told = new byte[sizeof(uint) + happened.Count];
        BinaryPrimitives.WriteUInt32BigEndian(told, (uint)happened.Count);
        happened.CopyTo(told, sizeof(uint));
        return told;
    }

    private static byte[] Bookmark(ReadOnlySpan<byte> message)
    {
        var told = new List<byte>();
        if (ProtobufObject.TryOnly(message, Metadata, out var metadata))
        {
            var kept = new List<byte>();
            var rest = metadata;
            while (!rest.IsEmpty)
            {
                var cursor = new ProtobufCursor(rest);
                cursor.Next();
                var field = rest[..^cursor.Rest];
                rest = rest[field.Length..];
                if (cursor.WireType == ProtobufCursor.LengthDelimited && (cursor.Field == ResourceVersion || (cursor.Field == Annotations && IsTold(cursor.Content))))
                {
                    kept.AddRange(field);
                }
            }

            if (kept.Count > 0)
            {
                ProtobufListHead.WriteField(told, Metadata, [.. kept]);
            }
        }

        return [.. told];
    }

    private static bool IsTold(ReadOnlySpan<byte> annotation) =>
        ProtobufObject.TryOnly(annotation, Key, out var key) && key.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(JsonSignal.InitialEventsEnd));
}
