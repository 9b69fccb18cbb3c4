using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Protobuf;

/// <summary>Reads <c>application/vnd.kubernetes.protobuf</c> into JSON.</summary>
internal static class ProtobufReader
{
    /// <summary>The four bytes before every object.</summary>
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <exception cref="ApiException">400 for bytes that are no object of a type in the schema.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw ApiException.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        try
        {
            return ReadEnvelope(body[Magic.Length..]);
        }
        catch (Exception error) when (error is ArgumentException or IndexOutOfRangeException)
        {
            throw ApiException.BadRequest($"the protobuf body cannot be read: {error.Message}");
        }
    }

    private static JsonObject ReadEnvelope(ReadOnlySpan<byte> unknown)
    {
        (string apiVersion, string kind) = ("", "");
        ReadOnlySpan<byte> raw = default;
        while (unknown.Length > 0)
        {
            (int field, _) = Next(ref unknown, out ReadOnlySpan<byte> value);
            if (field == 1)
            {
                ReadOnlySpan<byte> type = value;
                while (type.Length > 0)
                {
                    (int part, _) = Next(ref type, out ReadOnlySpan<byte> text);
                    (apiVersion, kind) = part == 1 ? (Encoding.UTF8.GetString(text), kind) : (apiVersion, Encoding.UTF8.GetString(text));
                }
            }
            else if (field == 2)
            {
                raw = value;
            }
        }

        JsonObject item = new() { ["apiVersion"] = apiVersion, ["kind"] = kind };
        ReadMessage(MessageSchema.NameOf(apiVersion, kind), raw, item);
        return item;
    }

    private static void ReadMessage(string message, ReadOnlySpan<byte> bytes, JsonObject target)
    {
        MessageField[] fields = MessageSchema.Find(message) ?? throw ApiException.BadRequest($"no protobuf schema for {message}");
        while (bytes.Length > 0)
        {
            (int number, ulong value) = Next(ref bytes, out ReadOnlySpan<byte> content);
            if (Array.Find(fields, f => f.Number == number) is not { } field)
            {
                continue;
            }

            if (field.IsInline)
            {
                ReadMessage(field.Type, content, target);
            }
            else if (field.IsMap)
            {
                ReadEntry(field, content, target.Ensure(field.Name));
            }
            else if (field.IsList)
            {
                JsonArray list = target[field.Name] as JsonArray ?? [];
                target[field.Name] ??= list;
                list.Add(Value(field.Type, value, content));
            }
            else if (field.Type != "string" || content.Length > 0)
            {
                // Go writes every string that is no pointer; in JSON an empty one would be left out.
                target[field.Name] = Value(field.Type, value, content);
            }
        }
    }

    private static void ReadEntry(MessageField field, ReadOnlySpan<byte> entry, JsonObject map)
    {
        string key = "";
        JsonNode? value = field.Type == "string" ? "" : null;
        while (entry.Length > 0)
        {
            (int number, ulong scalar) = Next(ref entry, out ReadOnlySpan<byte> content);
            if (number == 1)
            {
                key = Encoding.UTF8.GetString(content);
            }
            else
            {
                value = Value(field.Type, scalar, content);
            }
        }

        map[key] = value;
    }

    private static JsonNode? Value(string type, ulong number, ReadOnlySpan<byte> content) => type switch
    {
        "string" => Encoding.UTF8.GetString(content),
        "bytes" => Convert.ToBase64String(content),
        "bool" => number != 0,
        "int" => (long)number,
        "double" => BitConverter.UInt64BitsToDouble(number),
        "Time" or "MicroTime" => ReadTime(type, content),
        "FieldsV1" or "RawExtension" => JsonNode.Parse(First(content)),
        "Duration" => ReadDuration(content),
        "Quantity" => Encoding.UTF8.GetString(First(content)),
        "ExtraValue" or "Verbs" => ReadStrings(content),
        "IntOrString" => ReadIntOrString(content),
        _ => ReadChild(type, content),
    };

    private static JsonObject ReadChild(string type, ReadOnlySpan<byte> content)
    {
        JsonObject child = [];
        ReadMessage(type, content, child);
        return child;
    }

    private static JsonNode? ReadTime(string type, ReadOnlySpan<byte> content)
    {
        long seconds = 0;
        long nanoseconds = 0;
        while (content.Length > 0)
        {
            (int field, ulong number) = Next(ref content, out _);
            (seconds, nanoseconds) = field == 1 ? ((long)number, nanoseconds) : (seconds, (long)number);
        }

        string format = type == "Time" ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
        return seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100).ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Nanoseconds in protobuf; in JSON text, of which this writes whole seconds only.</summary>
    private static JsonNode ReadDuration(ReadOnlySpan<byte> content) =>
        $"{(content.Length > 0 ? (long)Next(ref content, out _).Number / 1_000_000_000 : 0)}s";

    private static JsonArray ReadStrings(ReadOnlySpan<byte> content)
    {
        JsonArray list = [];
        while (content.Length > 0)
        {
            Next(ref content, out ReadOnlySpan<byte> text);
            list.Add(Encoding.UTF8.GetString(text));
        }

        return list;
    }

    private static JsonNode ReadIntOrString(ReadOnlySpan<byte> content)
    {
        (ulong type, long number, string text) = (0, 0, "");
        while (content.Length > 0)
        {
            (int field, ulong value) = Next(ref content, out ReadOnlySpan<byte> bytes);
            switch (field)
            {
                case 1:
                    type = value;
                    break;
                case 2:
                    number = (long)value;
                    break;
                default:
                    text = Encoding.UTF8.GetString(bytes);
                    break;
            }
        }

        return type == 0 ? number : text;
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> content)
    {
        if (content.Length > 0)
        {
            Next(ref content, out ReadOnlySpan<byte> first);
            return first;
        }

        return content;
    }

    /// <summary>Takes the next field: its number, and its value as a number or as bytes.</summary>
    private static (int Field, ulong Number) Next(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> content)
    {
        ulong tag = Number(ref bytes);
        content = default;
        switch (tag & 7)
        {
            case 0:
                return ((int)(tag >> 3), Number(ref bytes));
            case 1:
                ulong wide = BitConverter.ToUInt64(bytes);
                bytes = bytes[8..];
                return ((int)(tag >> 3), wide);
            case 2:
                int length = (int)Number(ref bytes);
                content = bytes[..length];
                bytes = bytes[length..];
                return ((int)(tag >> 3), 0);
            default:
                throw new ArgumentException($"wire type {tag & 7}");
        }
    }

    private static ulong Number(scoped ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new ArgumentException("a number of more than ten bytes");
    }
}
