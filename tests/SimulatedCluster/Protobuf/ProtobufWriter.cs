using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Protobuf;

/// <summary>Writes objects and lists as <c>application/vnd.kubernetes.protobuf</c>.</summary>
internal sealed class ProtobufWriter
{
    private const int LengthDelimited = 2;

    private byte[] buffer = new byte[256];
    private int length;

    /// <summary>The object in its envelope, with the four bytes before it.</summary>
    public static byte[] Object(JsonObject item) => Object(item.Text("apiVersion") ?? "", item.Text("kind") ?? "", Message(item));

    /// <inheritdoc cref="Object(JsonObject)"/>
    /// <param name="message">The object itself, without the envelope.</param>
    public static byte[] Object(string apiVersion, string kind, byte[] message) => [.. EnvelopeStart(apiVersion, kind, message.Length), .. message, .. EnvelopeEnd];

    /// <summary>What stands before a message of a length: the four bytes, the type, and the message's own tag and length.</summary>
    public static byte[] EnvelopeStart(string apiVersion, string kind, long length)
    {
        ProtobufWriter type = new();
        type.Bytes(1, Encoding.UTF8.GetBytes(apiVersion));
        type.Bytes(2, Encoding.UTF8.GetBytes(kind));
        ProtobufWriter envelope = new();
        envelope.Bytes(1, type.ToArray());
        return [.. ProtobufReader.Magic, .. envelope.ToArray(), .. Prefix(2, length)];
    }

    /// <summary>The two empty strings (content encoding and type) that follow the message.</summary>
    public static ReadOnlySpan<byte> EnvelopeEnd => [0x1A, 0, 0x22, 0];

    /// <summary>The tag and length before a field of a message that is written elsewhere.</summary>
    public static byte[] Prefix(int number, long length)
    {
        ProtobufWriter prefix = new();
        prefix.Varint((ulong)((number << 3) | LengthDelimited));
        prefix.Varint((ulong)length);
        return prefix.ToArray();
    }

    /// <summary>An object without its envelope, as it stands in a list.</summary>
    public static byte[] Message(JsonObject item) => Message(MessageSchema.NameOf(item.Text("apiVersion") ?? "", item.Text("kind") ?? ""), item);

    public static byte[] Message(string name, JsonObject item)
    {
        ProtobufWriter writer = new();
        writer.Fields(name, item);
        return writer.ToArray();
    }

    /// <summary>A watch event as the stream carries it: four bytes of length, then the event with the object in its envelope.</summary>
    /// <param name="enveloped">What <see cref="Object(JsonObject)"/> gave.</param>
    public static byte[] Event(string kind, byte[] enveloped)
    {
        ProtobufWriter change = new();
        change.Bytes(1, Encoding.UTF8.GetBytes(kind));
        change.Wrapped(2, enveloped);
        byte[] body = change.ToArray();
        byte[] framed = new byte[4 + body.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(framed, body.Length);
        body.CopyTo(framed, 4);
        return framed;
    }

    private byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    private void Fields(string message, JsonObject item)
    {
        foreach (MessageField field in MessageSchema.Find(message) ?? [])
        {
            Field(field, item);
        }
    }

    private void Field(MessageField field, JsonObject item)
    {
        if (field.IsInline)
        {
            (int, int) start = Open(field.Number);
            Fields(field.Type, item);
            Close(start, dropEmpty: true);
            return;
        }

        switch (item[field.Name])
        {
            case null:
                return;
            case JsonObject map when field.IsMap:
                foreach ((string key, JsonNode? value) in map)
                {
                    (int, int) entry = Open(field.Number);
                    Bytes(1, Encoding.UTF8.GetBytes(key));
                    Value(2, field.Type, value);
                    Close(entry);
                }

                return;
            case JsonArray list when field.IsList:
                foreach (JsonNode? value in list)
                {
                    Value(field.Number, field.Type, value);
                }

                return;
            case JsonNode value:
                Value(field.Number, field.Type, value);
                return;
        }
    }

    private void Value(int number, string type, JsonNode? value)
    {
        switch (type)
        {
            case "string":
                Bytes(number, Encoding.UTF8.GetBytes(value?.GetValue<string>() ?? ""));
                break;
            case "bytes":
                Bytes(number, Convert.FromBase64String(value?.GetValue<string>() ?? ""));
                break;
            case "bool":
                Number(number, value!.GetValue<bool>() ? 1u : 0u);
                break;
            case "int":
                Number(number, (ulong)Integer(value!));
                break;
            case "Time" or "MicroTime":
                Time(number, value!.GetValue<string>());
                break;
            case "FieldsV1" or "RawExtension":
                Wrapped(number, Json.Bytes(value!));
                break;
            case "Duration":
                ProtobufWriter duration = new();
                duration.Number(1, ulong.Parse(value!.GetValue<string>().TrimEnd('s'), CultureInfo.InvariantCulture) * 1_000_000_000);
                Bytes(number, duration.ToArray());
                break;
            case "Quantity":
                Wrapped(number, Encoding.UTF8.GetBytes(value!.ToString()));
                break;
            case "IntOrString":
                IntOrString(number, value!);
                break;
            case "ExtraValue" or "Verbs":
                ProtobufWriter strings = new();
                value!.AsArray().ToList().ForEach(s => strings.Bytes(1, Encoding.UTF8.GetBytes(s!.GetValue<string>())));
                Bytes(number, strings.ToArray());
                break;
            default:
                (int, int) child = Open(number);
                Fields(type, value as JsonObject ?? []);
                Close(child);
                break;
        }
    }

    private void Time(int number, string text)
    {
        DateTimeOffset time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
        ProtobufWriter inner = new();
        inner.Number(1, (ulong)time.ToUnixTimeSeconds());
        inner.Number(2, (ulong)(time.Ticks % TimeSpan.TicksPerSecond * 100));
        Bytes(number, inner.ToArray());
    }

    private void IntOrString(int number, JsonNode value)
    {
        ProtobufWriter inner = new();
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            inner.Number(2, (ulong)Integer(value));
        }
        else
        {
            inner.Number(1, 1);
            inner.Bytes(3, Encoding.UTF8.GetBytes(value.GetValue<string>()));
        }

        Bytes(number, inner.ToArray());
    }

    private void Wrapped(int number, byte[] content)
    {
        ProtobufWriter inner = new();
        inner.Bytes(1, content);
        Bytes(number, inner.ToArray());
    }

    private static long Integer(JsonNode value) =>
        value.AsValue().TryGetValue(out long number) ? number : long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private void Bytes(int number, byte[] value)
    {
        Varint((ulong)((number << 3) | LengthDelimited));
        Varint((ulong)value.Length);
        Room(value.Length);
        value.CopyTo(buffer, length);
        length += value.Length;
    }

    /// <summary>Begins a message inside this one; <see cref="Close"/> puts its length before it.</summary>
    /// <returns>Where its tag and its content begin.</returns>
    private (int Tag, int Content) Open(int number)
    {
        int tag = length;
        Varint((ulong)((number << 3) | LengthDelimited));
        return (tag, length);
    }

    private void Close((int Tag, int Content) opened, bool dropEmpty = false)
    {
        int start = opened.Content;
        int size = length - start;
        if (size == 0 && dropEmpty)
        {
            length = opened.Tag;
            return;
        }

        int prefix = 1;
        for (int rest = size >> 7; rest > 0; rest >>= 7)
        {
            prefix++;
        }

        Room(prefix);
        buffer.AsSpan(start, size).CopyTo(buffer.AsSpan(start + prefix));
        length = start;
        Varint((ulong)size);
        length = start + prefix + size;
    }

    private void Room(int more)
    {
        if (length + more > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + more));
        }
    }

    private void Number(int number, ulong value)
    {
        Varint((ulong)(number << 3));
        Varint(value);
    }

    private void Varint(ulong value)
    {
        Room(10);
        while (value >= 0x80)
        {
            buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[length++] = (byte)value;
    }
}
