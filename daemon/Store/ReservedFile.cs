using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tidegate.Store;

/// <summary>
/// A small file whose space is taken when it is made and which is overwritten in place: it can be written when the disk is full. One record with its checksum; a
/// write that a crash cut off is noticed when it is read. On a file system that copies on write there may be no room all the same.
/// </summary>
internal sealed class ReservedFile(string path)
{
    /// <summary>Bytes that one record may have.</summary>
    public const int Capacity = Size - Header;

    private const int Size = 256 * 1024;
    private const int Header = 8 + 4 + SHA256.HashSizeInBytes;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly byte[] Magic = "tidegat1"u8.ToArray();

    private readonly Lock gate = new();

    public string Path => path;

    /// <summary>Takes the space, unless it has it already.</summary>
    /// <exception cref="IOException">There is none, or the folder cannot be written.</exception>
    public void Reserve()
    {
        lock (gate)
        {
            using var stream = OpenWhole();
        }
    }

    /// <summary>The record; empty when none was written.</summary>
    /// <param name="isDamaged">Whether there was one that cannot be read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public byte[] Read(out bool isDamaged)
    {
        isDamaged = false;
        lock (gate)
        {
            if (!File.Exists(path))
            {
                return [];
            }

            var all = File.ReadAllBytes(path);
            if (all.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                return [];
            }

            var length = all.Length >= Header ? BinaryPrimitives.ReadInt32LittleEndian(all.AsSpan(8)) : -1;
            isDamaged = length < 0 || length > all.Length - Header || !all.AsSpan(0, 8).SequenceEqual(Magic)
                || !SHA256.HashData(all.AsSpan(Header, length)).AsSpan().SequenceEqual(all.AsSpan(12, SHA256.HashSizeInBytes));
            return isDamaged ? [] : all[Header..(Header + length)];
        }
    }

    /// <summary>Replaces the record; it is on the disk when this returns, and in the kernel's hands, where it outlives this process, before.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(ReadOnlySpan<byte> record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(record.Length, Capacity);
        var all = new byte[Header + record.Length];
        Magic.CopyTo(all, 0);
        BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(8), record.Length);
        SHA256.HashData(record, all.AsSpan(12));
        record.CopyTo(all.AsSpan(Header));
        lock (gate)
        {
            using var stream = OpenWhole();
            stream.Write(all);
            stream.Flush(flushToDisk: true);
        }
    }

    private FileStream OpenWhole()
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = Owner,
            BufferSize = 0,
        });
        try
        {
            // Zeros that are written, and not a length that is set: that would be a hole.
            if (stream.Length < Size)
            {
                stream.Position = stream.Length;
                stream.Write(new byte[Size - stream.Length]);
                stream.Flush(flushToDisk: true);
                stream.Position = 0;
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
