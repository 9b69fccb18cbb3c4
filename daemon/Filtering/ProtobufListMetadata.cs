using Tidegate.Encodings;

namespace Tidegate.Filtering;

/// <summary>A list's <c>ListMeta</c> without <c>remainingItemCount</c> (field 4), which counts hidden objects.</summary>
internal static class ProtobufListMetadata
{
    private const int RemainingItemCount = 4;

    /// <summary>The message's field with its tag and length.</summary>
    /// <param name="field">The field's number in the list.</param>
    /// <param name="metadata">The message.</param>
    /// <returns>Null when it has no such count and can stay as it is.</returns>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static byte[]? WithoutRemaining(int field, ReadOnlySpan<byte> metadata)
    {
        var kept = new List<byte>();
        var rest = metadata;
        while (!rest.IsEmpty)
        {
            var cursor = new ProtobufCursor(rest);
            cursor.Next();
            var size = rest.Length - cursor.Rest;
            if (cursor.Field != RemainingItemCount)
            {
                kept.AddRange(rest[..size]);
            }

            rest = rest[size..];
        }

        if (kept.Count == metadata.Length)
        {
            return null;
        }

        var bytes = new List<byte>();
        ProtobufHeader.WriteVarint(bytes, ((ulong)field << 3) | ProtobufCursor.LengthDelimited);
        ProtobufHeader.WriteVarint(bytes, (ulong)kept.Count);
        return [.. bytes, .. kept];
    }
}
