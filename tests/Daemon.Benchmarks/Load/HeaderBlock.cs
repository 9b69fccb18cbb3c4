using System.Text;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Load;

/// <summary>
/// The request's header block (RFC 7541). Like Go's client it puts the fields into the dynamic table with the first request and only names
/// them afterwards.
/// </summary>
internal sealed class HeaderBlock
{
    // Indices of RFC 7541, appendix A.
    private const byte MethodGet = 0x82;
    private const byte SchemeHttps = 0x87;
    private const byte Authority = 1;
    private const byte Path = 4;
    private const byte Accept = 19;
    private const byte AuthorizationName = 23;
    private const byte UserAgent = 58;
    private const int FirstDynamic = 62;

    public HeaderBlock(Target target, string path)
    {
        var first = new List<byte> { MethodGet, SchemeHttps };
        List<(byte Name, string Value)> fields =
        [
            (Authority, $"localhost:{target.Port}"),
            (Path, target.Prefix + path),
            (UserAgent, "kubectl/v1.32.0 (linux/amd64) kubernetes/70d3cc9"),
            (Accept, "application/json"),
        ];
        if (target.Authorization is { } authorization)
        {
            fields.Add((AuthorizationName, authorization));
        }

        foreach (var (name, value) in fields)
        {
            // Literal with incremental indexing, 6.2.1.
            first.Add((byte)(0x40 | name));
            AddText(first, value);
        }

        First = [.. first];
        Later = [MethodGet, SchemeHttps, .. fields.Select((_, i) => (byte)(0x80 | (FirstDynamic + fields.Count - 1 - i)))];
    }

    public byte[] First { get; }

    public byte[] Later { get; }

    // 5.2, without Huffman; the length is an integer with a prefix of seven bits, 5.1.
    private static void AddText(List<byte> block, string value)
    {
        var length = value.Length;
        if (length < 127)
        {
            block.Add((byte)length);
        }
        else
        {
            block.Add(127);
            for (length -= 127; length >= 128; length >>= 7)
            {
                block.Add((byte)(0x80 | (length & 0x7F)));
            }

            block.Add((byte)length);
        }

        block.AddRange(Encoding.ASCII.GetBytes(value));
    }
}
