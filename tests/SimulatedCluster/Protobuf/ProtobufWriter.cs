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

    private readonly MemoryStream buffer = new();

    /// <summary>Whether a kind can be written.</summary>
    public static bool Knows(string kind) => MessageSchema.Find(kind) is not null;

    /// <summary>The object in its envelope, with the four bytes before it.</summary>
    public static byte[] Object(JsonObject item)
    {
        string kind = item.Text("kind") ?? "";
        ProtobufWriter type = new();
        type.Bytes(1, Encoding.UTF8.GetBytes(item.Text("apiVersion") ?? ""));
        type.Bytes(2, Encoding.UTF8.GetBytes(kind));
        ProtobufWriter envelope = new();
        envelope.Bytes(1, type.ToArray());
        envelope.Bytes(2, Message(kind, item));
        envelope.Bytes(3, []);
        envelope.Bytes(4, []);
        return [.. ProtobufReader.Magic, .. envelope.ToArray()];
    }

    /// <summary>A watch event as the stream carries it: four bytes of length, then the event with the object in its envelope.</summary>
    public static byte[] Event(string kind, JsonObject item)
    {
        ProtobufWriter raw = new();
        raw.Bytes(1, Object(item));
        ProtobufWriter change = new();
        change.Bytes(1, Encoding.UTF8.GetBytes(kind));
        change.Bytes(2, raw.ToArray());
        byte[] body = change.ToArray();
        byte[] framed = new byte[4 + body.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(framed, body.Length);
        body.CopyTo(framed, 4);
        return framed;
    }

    private byte[] ToArray() => buffer.ToArray();

    private static byte[] Message(string name, JsonObject item)
    {
        ProtobufWriter writer = new();
        foreach (MessageField field in MessageSchema.Find(name) ?? [])
        {
            writer.Field(field, item);
        }

        return writer.ToArray();
    }

    private void Field(MessageField field, JsonObject item)
    {
        if (field.IsInline)
        {
            byte[] inner = Message(field.Type, item);
            if (inner.Length > 0)
            {
                Bytes(field.Number, inner);
            }

            return;
        }

        switch (item[field.Name])
        {
            case null:
                return;
            case JsonObject map when field.IsMap:
                foreach ((string key, JsonNode? value) in map)
                {
                    ProtobufWriter entry = new();
                    entry.Bytes(1, Encoding.UTF8.GetBytes(key));
                    entry.Value(2, field.Type, value);
                    Bytes(field.Number, entry.ToArray());
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
                Number(number, (ulong)long.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture));
                break;
            case "Time" or "MicroTime":
                Time(number, value!.GetValue<string>());
                break;
            case "FieldsV1" or "RawExtension":
                Wrapped(number, Json.Bytes(value!));
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
                Bytes(number, Message(type, value as JsonObject ?? []));
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
            inner.Number(2, (ulong)long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture));
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

    private void Bytes(int number, byte[] value)
    {
        Varint((ulong)((number << 3) | LengthDelimited));
        Varint((ulong)value.Length);
        buffer.Write(value);
    }

    private void Number(int number, ulong value)
    {
        Varint((ulong)(number << 3));
        Varint(value);
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            buffer.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        buffer.WriteByte((byte)value);
    }
}
