using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace Tidegate.Audit;

/// <summary>
/// One file of the spool: a head of eight bytes that name the format and eight with the place of the first entry not yet delivered, then entries, each behind
/// its length and its CRC-32C (all numbers little-endian). What follows the last whole entry was torn when the program or the host was cut off.
/// </summary>
internal sealed class AuditSpoolSegment : IDisposable
{
    public const int HeadLength = 16;
    public const int FrameHeadLength = 8;

    /// <summary>More than an entry can have: a longer one is a sign of damage.</summary>
    private const int LongestEntry = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> Format => "TGSPOOL1"u8;

    private readonly SafeFileHandle file;
    private long first = HeadLength;

    private AuditSpoolSegment(string path, SafeFileHandle file)
    {
        Path = path;
        this.file = file;
    }

    public string Path { get; }

    /// <summary>The length of the file.</summary>
    public long Length { get; private set; } = HeadLength;

    /// <summary>Entries not yet delivered.</summary>
    public int Count { get; private set; }

    /// <summary>Whether something behind the last whole entry was cut away.</summary>
    public bool WasTorn { get; private set; }

    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static AuditSpoolSegment Create(string path)
    {
        var segment = new AuditSpoolSegment(path, Open(path, FileMode.CreateNew));
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            Format.CopyTo(head);
            BinaryPrimitives.WriteInt64LittleEndian(head[Format.Length..], HeadLength);
            RandomAccess.Write(segment.file, head, 0);
            return segment;
        }
        catch (IOException)
        {
            segment.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens a file that an earlier process left behind, and cuts away what is torn.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static AuditSpoolSegment Load(string path)
    {
        var segment = new AuditSpoolSegment(path, Open(path, FileMode.Open));
        segment.Scan();
        return segment;
    }

    /// <exception cref="IOException">The entry is not written; the file is as before.</exception>
    public void Append(ReadOnlySpan<byte> entry)
    {
        var frame = new byte[FrameHeadLength + entry.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, entry.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(sizeof(int)), Checksum(entry));
        entry.CopyTo(frame.AsSpan(FrameHeadLength));
        try
        {
            RandomAccess.Write(file, frame, Length);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, Length);
            throw;
        }

        Length += frame.Length;
        Count++;
    }

    /// <summary>The first entry not yet delivered; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read, or has changed.</exception>
    public byte[]? Peek() =>
        Count == 0 ? null : Read(first) ?? throw new IOException($"{Path} has been changed by somebody else");

    /// <summary>Counts the first entry as delivered, also for the next process.</summary>
    /// <param name="entry">What <see cref="Peek"/> returned.</param>
    public void Remove(byte[] entry)
    {
        first += FrameHeadLength + entry.Length;
        Count--;
        Span<byte> place = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, first);
        RandomAccess.Write(file, place, Format.Length);
    }

    public void Dispose() => file.Dispose();

    private static SafeFileHandle Open(string path, FileMode mode)
    {
        var file = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private void Scan()
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> head = stackalloc byte[HeadLength];
        if (RandomAccess.Read(file, head, 0) < HeadLength || !head.StartsWith(Format))
        {
            // Not even the head was written whole.
            WasTorn = length > 0;
            return;
        }

        var place = BinaryPrimitives.ReadInt64LittleEndian(head[Format.Length..]);
        Length = first = place >= HeadLength && place <= length ? place : HeadLength;
        while (Read(Length) is { } entry)
        {
            Length += FrameHeadLength + entry.Length;
            Count++;
        }

        if (Length < length)
        {
            WasTorn = true;
            RandomAccess.SetLength(file, Length);
        }
    }

    private byte[]? Read(long place)
    {
        Span<byte> head = stackalloc byte[FrameHeadLength];
        if (RandomAccess.Read(file, head, place) < FrameHeadLength)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > LongestEntry || place + FrameHeadLength + length > RandomAccess.GetLength(file))
        {
            return null;
        }

        var entry = new byte[length];
        return RandomAccess.Read(file, entry, place + FrameHeadLength) == length
            && Checksum(entry) == BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(int)..])
                ? entry
                : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
