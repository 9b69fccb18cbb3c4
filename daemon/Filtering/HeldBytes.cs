using System.Buffers;

namespace Tidegate.Filtering;

/// <summary>
/// What is shown of a list whose length must be known before its first byte. It is bounded for each answer and for all of them: padding up to the length that the cluster
/// declared would need no memory, and would say how much is hidden.
/// </summary>
/// <param name="most">The most that one answer may hold, in bytes.</param>
/// <param name="all">What all answers together hold; null: all of this process.</param>
internal sealed class HeldBytes(long most = HeldBytes.MostOfOne, HeldByAll? all = null) : IDisposable
{
    /// <summary>The most that one answer may hold, in bytes.</summary>
    public const long MostOfOne = 64 << 20;

    /// <summary>Memory is taken in pieces of so many bytes.</summary>
    public const int ChunkSize = 64 << 10;

    private readonly HeldByAll all = all ?? HeldByAll.OfProcess;

    private readonly List<byte[]> chunks = [];
    private int used = ChunkSize;

    public long Length { get; private set; }

    /// <exception cref="UnfilterableAnswerException">It is more than may be held.</exception>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > most)
        {
            throw new UnfilterableAnswerException($"what your roles show of this list is larger than {most >> 20} MiB, which is too much in protobuf: ask with a limit, or for JSON");
        }

        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (used == ChunkSize)
            {
                Grow();
            }

            var count = Math.Min(bytes.Length, ChunkSize - used);
            bytes[..count].CopyTo(chunks[^1].AsSpan(used));
            used += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Puts all of it into the output. It stays here until it is taken there.</summary>
    public void Release(AnswerWindow window)
    {
        for (var i = 0; i < chunks.Count; i++)
        {
            window.Insert(chunks[i].AsMemory(0, i < chunks.Count - 1 ? ChunkSize : used));
        }
    }

    public void Dispose()
    {
        all.Give((long)chunks.Count * ChunkSize);
        chunks.ForEach(c => ArrayPool<byte>.Shared.Return(c));
        chunks.Clear();
        (used, Length) = (ChunkSize, 0);
    }

    private void Grow()
    {
        if (!all.TryTake(ChunkSize))
        {
            throw new UnfilterableAnswerException("too much of lists in protobuf is being filtered at once: ask again, with a limit, or for JSON");
        }

        chunks.Add(ArrayPool<byte>.Shared.Rent(ChunkSize));
        used = 0;
    }
}
