using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tidegate.Tests.Filtering;

/// <summary>
/// Protobuf messages as text, for the case files: <c>1 "text"</c> and <c>1 { … }</c> are length-delimited fields, <c>4 =12</c> is a number, <c>k8s</c> the four bytes before an
/// envelope, <c>frame { … }</c> a frame of a watch, <c>x0aff</c> bytes.
/// </summary>
internal static partial class ProtobufText
{
    public static byte[] Parse(string text)
    {
        var words = new Queue<string>(Word().Matches(text).Select(m => m.Value));
        var bytes = Message(words);
        return words.Count == 0 ? bytes : throw new FormatException($"unexpected {words.Peek()}");
    }

    public static byte[] Field(int number, byte[] content) => [.. Varint(((ulong)number << 3) | 2), .. Varint((ulong)content.Length), .. content];

    public static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    public static byte[] Number(int number, ulong value) => [.. Varint((ulong)number << 3), .. Varint(value)];

    public static byte[] Frame(byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. content];
    }

    private static byte[] Message(Queue<string> words)
    {
        var bytes = new List<byte>();
        while (words.TryDequeue(out var word) && word is not "}")
        {
            bytes.AddRange(word switch
            {
                "k8s" => "k8s\0"u8,
                "frame" => Frame(Content(words)),
                ['x', .. var hex] => Convert.FromHexString(hex),
                _ when words.Peek().StartsWith('=') => Number(int.Parse(word, CultureInfo.InvariantCulture), ulong.Parse(words.Dequeue()[1..], CultureInfo.InvariantCulture)),
                _ => Field(int.Parse(word, CultureInfo.InvariantCulture), Content(words)),
            });
        }

        return [.. bytes];
    }

    private static byte[] Content(Queue<string> words) => words.Dequeue() switch
    {
        "{" => Message(words),
        ['"', .. var text, '"'] => Encoding.UTF8.GetBytes(text),
        var other => throw new FormatException($"unexpected {other}"),
    };

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    [GeneratedRegex("\"[^\"]*\"|[^\\s\"]+")]
    private static partial Regex Word();
}
