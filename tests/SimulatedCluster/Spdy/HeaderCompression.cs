using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tidegate.Simulation.Spdy;

/// <summary>
/// The two zlib streams of a SPDY/3 connection. .NET's zlib takes no preset dictionary, so the reader feeds the dictionary to raw
/// inflate as a stored block of its own and drops what that yields; the writer names the dictionary and never refers to it.
/// </summary>
internal sealed class HeaderCompression : IDisposable
{
    private const int MaxBlock = 1 << 20;

    private readonly FeedStream compressed = new();
    private readonly DeflateStream inflater;
    private readonly MemoryStream written = new();
    private readonly DeflateStream deflater;
    private bool readStarted;

    public HeaderCompression()
    {
        inflater = new DeflateStream(compressed, CompressionMode.Decompress);
        deflater = new DeflateStream(written, CompressionLevel.Fastest, leaveOpen: true);
        WriteZlibHeader();
    }

    /// <exception cref="InvalidDataException">The block is no SPDY/3 header block.</exception>
    public List<KeyValuePair<string, string>> Decode(ReadOnlySpan<byte> block)
    {
        if (!readStarted)
        {
            block = StartReading(block);
        }

        compressed.Feed(block);
        return Parse(Drain());
    }

    public byte[] Encode(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        using MemoryStream plain = new();
        WriteInt(plain, headers.Count);
        foreach ((string name, string value) in headers)
        {
            WriteText(plain, name.ToLowerInvariant());
            WriteText(plain, value);
        }

        deflater.Write(plain.GetBuffer().AsSpan(0, (int)plain.Length));
        deflater.Flush();
        byte[] block = written.ToArray();
        written.SetLength(0);
        return block;
    }

    public void Dispose()
    {
        inflater.Dispose();
        deflater.Dispose();
        written.Dispose();
        compressed.Dispose();
    }

    private ReadOnlySpan<byte> StartReading(ReadOnlySpan<byte> block)
    {
        const int PresetDictionary = 0x20;
        if (block.Length < 6 || (block[0] & 0x0F) != 8 || ((block[0] << 8) | block[1]) % 31 != 0)
        {
            throw new InvalidDataException("the first header block has no zlib header");
        }

        readStarted = true;
        if ((block[1] & PresetDictionary) == 0)
        {
            return block[2..];
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(block[2..]) != HeaderDictionary.Id)
        {
            throw new InvalidDataException("the header blocks use another dictionary than SPDY/3's");
        }

        byte[] dictionary = HeaderDictionary.Bytes;
        byte[] stored = new byte[5 + dictionary.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(1), (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(3), (ushort)~dictionary.Length);
        dictionary.CopyTo(stored.AsSpan(5));
        compressed.Feed(stored);
        inflater.ReadExactly(new byte[dictionary.Length]);
        return block[6..];
    }

    private byte[] Drain()
    {
        using MemoryStream plain = new();
        byte[] buffer = new byte[4096];
        int count;
        while ((count = inflater.Read(buffer)) > 0)
        {
            plain.Write(buffer, 0, count);
            if (plain.Length > MaxBlock)
            {
                throw new InvalidDataException("a header block is larger than 1 MiB");
            }
        }

        return plain.ToArray();
    }

    private static List<KeyValuePair<string, string>> Parse(ReadOnlySpan<byte> plain)
    {
        int count = ReadInt(ref plain);
        List<KeyValuePair<string, string>> headers = [];
        for (int i = 0; i < count; i++)
        {
            string name = ReadText(ref plain);
            headers.AddRange(ReadText(ref plain).Split('\0').Select(value => KeyValuePair.Create(name, value)));
        }

        return headers;
    }

    private void WriteZlibHeader()
    {
        Span<byte> header = [0x78, 0x20, 0, 0, 0, 0];
        header[1] += (byte)(31 - (((header[0] << 8) | header[1]) % 31));
        BinaryPrimitives.WriteUInt32BigEndian(header[2..], HeaderDictionary.Id);
        written.Write(header);
    }

    private static int ReadInt(ref ReadOnlySpan<byte> plain)
    {
        int value = plain.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(plain) : -1;
        if (value < 0)
        {
            throw new InvalidDataException("a header block ends early");
        }

        plain = plain[4..];
        return value;
    }

    private static string ReadText(ref ReadOnlySpan<byte> plain)
    {
        int length = ReadInt(ref plain);
        if (length > plain.Length)
        {
            throw new InvalidDataException("a header block ends early");
        }

        string text = Encoding.Latin1.GetString(plain[..length]);
        plain = plain[length..];
        return text;
    }

    private static void WriteInt(MemoryStream plain, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        plain.Write(bytes);
    }

    private static void WriteText(MemoryStream plain, string text)
    {
        WriteInt(plain, text.Length);
        plain.Write(Encoding.Latin1.GetBytes(text));
    }

    /// <summary>Gives what it was fed, then "nothing yet", and goes on when fed again.</summary>
    private sealed class FeedStream : Stream
    {
        private readonly Queue<byte> bytes = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Feed(ReadOnlySpan<byte> more)
        {
            foreach (byte b in more)
            {
                bytes.Enqueue(b);
            }
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = 0;
            while (read < count && bytes.TryDequeue(out byte b))
            {
                buffer[offset + read++] = b;
            }

            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
