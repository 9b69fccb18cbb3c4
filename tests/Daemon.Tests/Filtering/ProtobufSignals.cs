using System.Text;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>What <see cref="JsonSignals"/> says, in protobuf.</summary>
internal static class ProtobufSignals
{
    /// <summary>A list's metadata without a token: the last text of each field that is told.</summary>
    public static byte[] Head(byte[] metadata) => [.. new[] { 1, 2 }.SelectMany(n => Text(metadata, n) is { Length: > 0 } text ? ProtobufText.Field(n, text) : [])];

    /// <summary>A bookmark's or an error's frame; null when it cannot be read.</summary>
    public static byte[]? Told(byte[] frame)
    {
        try
        {
            var type = ProtobufReference.Message(frame)!.Find(f => f.Field == 1).Content;
            byte[] told = ProtobufText.Field(1, type);
            if (Only(frame, 2) is { } extension && Only(extension, 1) is { } envelope && envelope.AsSpan().StartsWith("k8s\0"u8)
                && Only(envelope[4..], 1) is { } kind && Only(envelope[4..], 3) is [] && Only(envelope[4..], 4) is [] && Only(envelope[4..], 2) is { } raw)
            {
                var about = type.AsSpan().SequenceEqual("ERROR"u8) ? Status(raw) : Bookmark(raw);
                told = [.. told, .. ProtobufText.Field(2, ProtobufText.Field(1, [.. "k8s\0"u8, .. kind.Length > 0 ? ProtobufText.Field(1, kind) : [], .. ProtobufText.Field(2, about)]))];
            }

            return told;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static byte[] Status(byte[] status)
    {
        var fields = Fields(status);
        var code = fields.FindLast(f => f is { Field: 6, WireType: 0 }) is { Field: 6 } found ? (long)found.Number : 0;
        var isInternal = code is < 400 or 500;
        return [.. fields.SelectMany(f => f switch
        {
            { Field: 1, WireType: 2 } => Fields(f.Content) is null ? [] : ProtobufText.Field(1, Array.Empty<byte>()),
            { Field: 3 } when isInternal => ProtobufText.Field(3, JsonStatus.Untold),
            { Field: 5 } when isInternal => [],
            { Field: 2 or 3 or 4 or 5 or 6 } => f.Bytes,
            _ => Array.Empty<byte>(),
        })];
    }

    private static byte[] Bookmark(byte[] raw)
    {
        var kept = Only(raw, 1) is not { } metadata ? [] : Fields(metadata).SelectMany(f => f switch
        {
            { Field: 6, WireType: 2 } => f.Bytes,
            { Field: 12, WireType: 2 } when Only(f.Content, 1) is { } key && Encoding.UTF8.GetString(key) == "k8s.io/initial-events-end" => f.Bytes,
            _ => Array.Empty<byte>(),
        }).ToArray();
        return kept.Length > 0 ? ProtobufText.Field(1, kept) : [];
    }

    private static string? Text(byte[] message, int number) =>
        Fields(message).FindAll(f => f.Field == number && f.WireType == 2) is [.., var last] ? Encoding.UTF8.GetString(last.Content) : null;

    private static byte[]? Only(byte[] message, int number) => Fields(message).FindAll(f => f.Field == number) switch
    {
        [] => [],
        [{ WireType: 2 } only] => only.Content,
        _ => null,
    };

    private static List<(int Field, int WireType, byte[] Content, ulong Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, int, byte[], ulong, byte[])>();
        for (ReadOnlySpan<byte> rest = message; !rest.IsEmpty;)
        {
            var cursor = new Tidegate.Encodings.ProtobufCursor(rest);
            cursor.Next();
            var bytes = rest[..^cursor.Rest];
            fields.Add((cursor.Field, cursor.WireType, cursor.Content.ToArray(), cursor.Number, bytes.ToArray()));
            rest = rest[bytes.Length..];
        }

        return fields;
    }
}
