using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tidegate.Sessions;

/// <summary>
/// Reads the compressed headers that one side of a SPDY/3 session sends, block after block: they are one zlib stream. The platform's zlib takes no preset dictionary, so
/// the dictionary goes into raw inflate first, as a stored block (RFC 1951, 3.2.4), and what that yields is dropped.
/// </summary>
internal sealed class SpdyHeaders : IDisposable
{
    // Headers of Kubernetes' streams take a hundred bytes. A block that unfolds to more is meant to do harm.
    private const int LargestBlock = 64 << 10;

    private readonly Fed compressed = new();
    private readonly DeflateStream inflater;
    private bool hasBegun;

    public SpdyHeaders() => inflater = new(compressed, CompressionMode.Decompress);

    /// <param name="block">A block as it stands in a frame.</param>
    /// <param name="name">Lower case.</param>
    /// <returns>The header's value; null when there is none.</returns>
    /// <exception cref="InvalidDataException">The block is none of SPDY/3; the blocks after it cannot be read either.</exception>
    public string? Find(ReadOnlySpan<byte> block, string name)
    {
        compressed.Feed(hasBegun ? block : Begin(block));
        var plain = Drain().AsSpan();
        string? found = null;
        for (var count = ReadLength(ref plain); count > 0; count--)
        {
            var isIt = ReadText(ref plain).Equals(name, StringComparison.OrdinalIgnoreCase);
            var value = ReadText(ref plain);
            found = isIt ? value : found;
        }

        return found;
    }

    public void Dispose()
    {
        inflater.Dispose();
        compressed.Dispose();
    }

    /// <summary>The zlib header (RFC 1950, 2.2) and the dictionary that it names.</summary>
    private ReadOnlySpan<byte> Begin(ReadOnlySpan<byte> block)
    {
        const int HasDictionary = 0x20;
        hasBegun = true;
        if (block.Length < 6 || (block[0] & 0x0F) != 8 || (block[1] & HasDictionary) == 0 || BinaryPrimitives.ReadUInt32BigEndian(block[2..]) != SpdyDictionary.Id)
        {
            throw new InvalidDataException("the first header block does not begin as one of SPDY/3 does");
        }

        var words = SpdyDictionary.Bytes;
        var stored = new byte[5 + words.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(1), (ushort)words.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(3), (ushort)~words.Length);
        words.CopyTo(stored.AsSpan(5));
        compressed.Feed(stored);
        inflater.ReadExactly(new byte[words.Length]);
        return block[6..];
    }

    private byte[] Drain()
    {
        var plain = new MemoryStream();
        var buffer = new byte[1024];
        while (inflater.Read(buffer) is > 0 and var count)
        {
            plain.Write(buffer, 0, count);
            if (plain.Length > LargestBlock)
            {
                throw new InvalidDataException("a header block is too large");
            }
        }

        return plain.ToArray();
    }

    private static int ReadLength(ref Span<byte> plain)
    {
        var value = plain.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(plain) : -1;
        if (value < 0 || value > plain.Length)
        {
            throw new InvalidDataException("a header block ends early");
        }

        plain = plain[4..];
        return value;
    }

    private static string ReadText(ref Span<byte> plain)
    {
        var length = ReadLength(ref plain);
        if (length > plain.Length)
        {
            throw new InvalidDataException("a header block ends early");
        }

        var text = Encoding.Latin1.GetString(plain[..length]);
        plain = plain[length..];
        return text;
    }

    /// <summary>Gives what it was fed, then nothing, and goes on when it is fed again.</summary>
    private sealed class Fed : MemoryStream
    {
        public void Feed(ReadOnlySpan<byte> more)
        {
            SetLength(0);
            Write(more);
            Position = 0;
        }
    }
}
