using System.Buffers.Binary;
using System.Text;
using Tidegate.Encodings;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>The same filter in its plainest form: the whole message in memory. Null where the answer cannot be filtered.</summary>
internal static class ProtobufReference
{
    private const int Padding = 15;

    /// <summary>The fields of a message; null when it is none.</summary>
    public static List<(int Field, int WireType, byte[] Content, ulong Number)>? Message(byte[] message)
    {
        var fields = new List<(int, int, byte[], ulong)>();
        try
        {
            var cursor = new ProtobufCursor(message);
            while (cursor.Next())
            {
                fields.Add((cursor.Field, cursor.WireType, cursor.Content.ToArray(), cursor.Number));
            }
        }
        catch (FormatException)
        {
            return null;
        }

        return fields;
    }

    /// <summary>The fields of an envelope with those of the list in it, as text; padding is left out, as decoders do.</summary>
    public static List<string>? Fields(byte[] envelope)
    {
        if (!envelope.AsSpan().StartsWith("k8s\0"u8) || Message(envelope[4..]) is not { } fields)
        {
            return null;
        }

        var text = new List<string>();
        foreach (var field in fields)
        {
            if (field is not { Field: 2, WireType: 2 } || IsStatus(fields))
            {
                text.Add($"{field.Field}:{Convert.ToHexString(field.Content)}");
            }
            else if (Message(field.Content) is { } list)
            {
                text.AddRange(list.Where(f => f.Field != Padding).Select(f => $"2.{f.Field}:{Convert.ToHexString(f.Content)}"));
            }
        }

        return text;
    }

    /// <summary>What <see cref="Fields"/> must give for the filtered list.</summary>
    public static List<string>? List(byte[] envelope, ObjectVisibility shows)
    {
        if (!envelope.AsSpan().StartsWith("k8s\0"u8) || Message(envelope[4..]) is not { } fields
            || fields.Exists(f => f.WireType != 2 || f.Field > 4 || (f.Field > 2 && f.Content.Length > 0 && !IsStatus(fields)))
            || fields.GroupBy(f => f.Field).Any(g => g.Count() > 1)
            || fields.FindIndex(f => f.Field == 1) is not (>= 0 and var type))
        {
            return null;
        }

        var raw = fields.FindIndex(f => f.Field == 2);
        var kind = Only(fields[type].Content, 2);
        if (IsStatus(fields))
        {
            return fields.Exists(f => f.Field > 2 && f.Content.Length > 0) || (raw >= 0 && Message(fields[raw].Content) is null) ? null
                : Fields([.. "k8s\0"u8, .. fields.SelectMany(f => ProtobufText.Field(f.Field, f.Field == 2 ? ProtobufSignals.Status(f.Content) : f.Content))]);
        }

        if (kind is null || !Encoding.Latin1.GetString(kind).EndsWith("List", StringComparison.Ordinal) || (raw >= 0 && raw < type))
        {
            return null;
        }

        var text = new List<string>();
        foreach (var field in fields)
        {
            if (field.Field != 2)
            {
                text.Add($"{field.Field}:{Convert.ToHexString(field.Content)}");
            }
            else if (Elements(field.Content, shows) is { } elements)
            {
                text.AddRange(elements);
            }
            else
            {
                return null;
            }
        }

        return text;
    }

    /// <summary>The items in the beginning of an envelope; the filter gives whole fields only.</summary>
    public static List<byte[]> ItemsOfPart(byte[] part)
    {
        if (part.Length == 0)
        {
            return [];
        }

        part.AsSpan().StartsWith("k8s\0"u8).ShouldBeTrue();
        var items = new List<byte[]>();
        for (ReadOnlySpan<byte> rest = part.AsSpan(4); !rest.IsEmpty;)
        {
            var tag = ProtobufCursor.ReadVarint(ref rest);
            var length = ProtobufCursor.ReadVarint(ref rest);
            if (tag == ((2 << 3) | 2))
            {
                for (var list = rest[..(int)Math.Min((ulong)rest.Length, length)]; !list.IsEmpty;)
                {
                    var cursor = new ProtobufCursor(list);
                    cursor.Next();
                    items.AddRange(cursor.Field == 2 ? [cursor.Content.ToArray()] : Array.Empty<byte[]>());
                    list = list[^cursor.Rest..];
                }
            }

            rest = rest[(int)Math.Min((ulong)rest.Length, length)..];
        }

        return items;
    }

    /// <summary>The frames of a watch; null when the last one is cut off.</summary>
    public static List<string>? Frames(byte[] body)
    {
        var frames = new List<string>();
        for (var rest = body; rest.Length > 0;)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(rest) is var length && rest.Length < 4 + (long)length)
            {
                return null;
            }

            frames.Add(Convert.ToHexString(rest.AsSpan(4, (int)length)));
            rest = rest[(4 + (int)length)..];
        }

        return frames;
    }

    /// <summary>The frames that are shown.</summary>
    public static List<string>? Watch(byte[] body, ObjectVisibility shows)
    {
        var shown = new List<string>();
        foreach (var frame in Frames(body) ?? [])
        {
            var bytes = Convert.FromHexString(frame);
            if (Message(bytes) is not { } fields || Only(bytes, 1) is not { } type)
            {
                return null;
            }

            switch (Encoding.Latin1.GetString(type))
            {
                case "BOOKMARK" or "ERROR":
                    if (ProtobufSignals.Told(bytes) is not { } told)
                    {
                        return null;
                    }

                    shown.Add(Convert.ToHexString(told));
                    break;
                case "ADDED" or "MODIFIED" or "DELETED":
                    if (IsShown(bytes, shows, out var malformed))
                    {
                        shown.Add(frame);
                    }

                    if (malformed)
                    {
                        return null;
                    }

                    break;
                default:
                    return null;
            }
        }

        return Frames(body) is null ? null : shown;
    }

    /// <summary>The namespace and name of an object when it says both clearly.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static (string Namespace, string Name)? Identity(byte[] message)
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        try
        {
            return Read(message, 1) is { } metadata && Read(metadata, 1) is { } name && Read(metadata, 3) is { } ns && name.Length > 0
                ? (strict.GetString(ns), strict.GetString(name)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool IsShown(byte[] frame, ObjectVisibility shows, out bool malformed)
    {
        malformed = false;
        try
        {
            return Read(frame, 2) is { } extension && Read(extension, 1) is { } envelope && envelope.AsSpan().StartsWith("k8s\0"u8)
                && Read(envelope[4..], 1) is not null && Read(envelope[4..], 3) is [] && Read(envelope[4..], 4) is []
                && Read(envelope[4..], 2) is { } raw && Identity(raw) is { } found && shows(found.Namespace, found.Name);
        }
        catch (FormatException)
        {
            malformed = true;
            return false;
        }
    }

    private static List<string>? Elements(byte[] list, ObjectVisibility shows)
    {
        if (Message(list) is not { } fields)
        {
            return null;
        }

        var text = new List<string>();
        var head = (byte[]?)null;
        foreach (var field in fields)
        {
            try
            {
                if (field.WireType != 2)
                {
                    return null;
                }

                if (field.Field == 2)
                {
                    text.AddRange(Identity(field.Content) is { } found && shows(found.Namespace, found.Name) ? [$"2.2:{Convert.ToHexString(field.Content)}"] : Array.Empty<string>());
                    continue;
                }
            }
            catch (FormatException)
            {
                return null;
            }

            if (field.Field != 1)
            {
                continue;
            }

            if (Message(field.Content) is null)
            {
                return null;
            }

            head = ProtobufSignals.Head(field.Content);
        }

        return head is null ? text : [$"2.1:{Convert.ToHexString(head)}", .. text];
    }

    private static bool IsStatus(List<(int Field, int WireType, byte[] Content, ulong Number)> fields) =>
        fields.Find(f => f.Field == 1).Content is { } type && Only(type, 2) is { } kind && kind.AsSpan().SequenceEqual("Status"u8)
        && Only(type, 1) is { } version && version.AsSpan().SequenceEqual("v1"u8);

    private static byte[]? Only(byte[] message, int number)
    {
        try
        {
            return Read(message, number);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The one content of a field, empty when it is not there, null when it is there twice or is none.</summary>
    private static byte[]? Read(byte[] message, int number)
    {
        var fields = Message(message) ?? throw new FormatException();
        return fields.FindAll(f => f.Field == number) switch
        {
            [] => [],
            [{ WireType: 2 } only] => only.Content,
            _ => null,
        };
    }
}
