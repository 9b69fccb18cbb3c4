using System.Globalization;
using System.Text;

namespace Tidegate.Tests.Encodings;

/// <summary>
/// Protobuf messages written so that tests can be read: <c>1{1"v1" 2"Pod"} 3=7 4x'ff'</c> is field 1 with a message, field 3 with a varint and field 4 with
/// raw bytes. A text holds no quotes.
/// </summary>
internal static class ProtobufText
{
    /// <summary>A body as Kubernetes sends it.</summary>
    public static byte[] Body(string text) => [.. "k8s\0"u8, .. Message(text)];

    public static byte[] Message(string text)
    {
        var at = 0;
        return Message(text, ref at);
    }

    public static byte[] Field(int number, ReadOnlySpan<byte> content) => [.. Varint((ulong)(number << 3 | 2)), .. Varint((ulong)content.Length), .. content];

    public static byte[] Field(int number, string content) => Field(number, Encoding.UTF8.GetBytes(content));

    private static byte[] Message(string text, ref int at)
    {
        var bytes = new List<byte>();
        while (at < text.Length && text[at] != '}')
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            bytes.AddRange(OneField(text, ref at));
        }

        return [.. bytes];
    }

    private static byte[] OneField(string text, ref int at)
    {
        var number = Digits(text, ref at);
        switch (text[at++])
        {
            case '{':
                var inner = Message(text, ref at);
                at++;
                return Field(number, inner);
            case '"':
                return Field(number, Until('"', text, ref at));
            case 'x':
                at++;
                return Field(number, Convert.FromHexString(Until('\'', text, ref at)));
            case '=':
                return [.. Varint((ulong)(number << 3)), .. Varint((ulong)Digits(text, ref at))];
            default:
                throw new InvalidDataException($"unexpected \"{text[at - 1]}\" at {at - 1} in: {text}");
        }
    }

    private static int Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return int.Parse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture);
    }

    private static string Until(char end, string text, ref int at)
    {
        var start = at;
        at = text.IndexOf(end, at) + 1;
        return text[start..(at - 1)];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
