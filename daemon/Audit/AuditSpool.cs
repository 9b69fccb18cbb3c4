using System.Globalization;

namespace Tidegate.Audit;

/// <summary>
/// Entries that wait on disk for a journal that does not take them, first in first out, bounded in bytes. They outlive the process. An entry is in the kernel's
/// hands when <see cref="Append"/> returns, so a killed program loses nothing; a power cut loses what the kernel had not written yet, seconds as a rule: a
/// flush for each record would make every request wait for the disk. Safe for use by several threads.
/// </summary>
internal sealed class AuditSpool : IDisposable
{
    private const int LargestSegment = 4 * 1024 * 1024;
    private const string Extension = ".spool";
    private const string DamagedExtension = ".damaged";

    private readonly Lock access = new();
    private readonly Queue<AuditSpoolSegment> segments = new();
    private readonly string folder;
    private readonly long maxBytes;
    private readonly long segmentBytes;
    private AuditSpoolSegment? last;
    private long next;
    private long bytes;
    private bool isFull;

    /// <summary>Opens the spool with what an earlier process left in it.</summary>
    /// <param name="folder">Made when absent, for the owner alone.</param>
    /// <param name="maxBytes">Of all its files together.</param>
    /// <exception cref="IOException">The folder cannot be made, or a file in it not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to somebody else.</exception>
    public AuditSpool(string folder, long maxBytes)
    {
        this.folder = folder;
        this.maxBytes = maxBytes;
        segmentBytes = Math.Clamp(maxBytes / 16, 4096, LargestSegment);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).ToList())
        {
            Load(path);
        }

        DropEmpty();
    }

    /// <summary>Entries that wait.</summary>
    public long Count { get; private set; }

    /// <summary>Bytes of its files.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>How many files ended in an entry that was torn, when the spool was opened: each has cost one entry.</summary>
    public int Torn { get; private set; }

    /// <summary>Adds an entry behind all others.</summary>
    /// <exception cref="IOException">It is full, or the disk is. A full spool takes entries again when it is half empty: one gap instead of many.</exception>
    public void Append(ReadOnlySpan<byte> entry)
    {
        lock (access)
        {
            var length = AuditSpoolSegment.FrameHeadLength + entry.Length;
            isFull = bytes + length > (isFull ? maxBytes / 2 : maxBytes);
            if (isFull)
            {
                throw new IOException($"the spool {folder} is full ({maxBytes / (1024 * 1024)} MB)");
            }

            var segment = last is { } open && open.Length < segmentBytes ? open : Add();
            segment.Append(entry);
            bytes += length;
            Count++;
        }
    }

    /// <summary>The oldest entry, which stays; null when none waits.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? Peek()
    {
        lock (access)
        {
            return segments.TryPeek(out var segment) ? segment.Peek() : null;
        }
    }

    /// <summary>Removes the oldest entry, which was delivered.</summary>
    /// <param name="entry">What <see cref="Peek"/> returned.</param>
    public void Remove(byte[] entry)
    {
        lock (access)
        {
            var segment = segments.Peek();
            Count--;
            try
            {
                segment.Remove(entry);
            }
            finally
            {
                DropEmpty();
            }
        }
    }

    /// <summary>Sets the oldest file aside, which cannot be read any more.</summary>
    /// <returns>How many entries wait no longer.</returns>
    public long GiveUpOldest()
    {
        lock (access)
        {
            var segment = segments.Peek();
            var lost = segment.Count;
            Count -= lost;
            Drop(segment, asideTo: segment.Path + DamagedExtension);
            DropEmpty();
            return lost;
        }
    }

    public void Dispose()
    {
        lock (access)
        {
            foreach (var segment in segments)
            {
                segment.Dispose();
            }

            segments.Clear();
            last = null;
        }
    }

    private void Load(string path)
    {
        next = long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number + 1 : next;
        var segment = AuditSpoolSegment.Load(path);
        Torn += segment.WasTorn ? 1 : 0;
        Count += segment.Count;
        bytes += segment.Length;
        segments.Enqueue(segment);
    }

    private void DropEmpty()
    {
        while (segments.TryPeek(out var oldest) && oldest.Count == 0)
        {
            Drop(oldest);
        }
    }

    /// <summary>Begins a file. One that an earlier process left is never added to: it may be the one that cannot be read.</summary>
    private AuditSpoolSegment Add()
    {
        last = AuditSpoolSegment.Create(Path.Combine(folder, next.ToString("D20", CultureInfo.InvariantCulture) + Extension));
        next++;
        bytes += last.Length;
        segments.Enqueue(last);
        return last;
    }

    /// <summary>Takes the oldest file out.</summary>
    private void Drop(AuditSpoolSegment segment, string? asideTo = null)
    {
        segments.Dequeue();
        last = last == segment ? null : last;
        bytes -= segment.Length;
        segment.Dispose();
        if (asideTo is null)
        {
            File.Delete(segment.Path);
        }
        else
        {
            File.Move(segment.Path, asideTo, overwrite: true);
        }
    }
}
