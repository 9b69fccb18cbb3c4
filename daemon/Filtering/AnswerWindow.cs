using System.Buffers;

namespace Tidegate.Filtering;

/// <summary>
/// The part of an answer that is in memory: what nobody has decided about yet, and the pieces of it that were kept and wait to be taken. Places are counted in bytes
/// from the answer's beginning, so that they stay valid when the bytes move.
/// </summary>
internal sealed class AnswerWindow : IDisposable
{
    /// <summary>The largest object in bytes: no API server stores one of a tenth of it.</summary>
    public const int LargestObject = 64 << 20;

    private const int UsualSize = 64 << 10;

    /// <summary>Larger buffers are rare and go back to the collector, not to the pool, which would keep them.</summary>
    private const int LargestPooled = 1 << 20;

    private const int LeastFree = 8 << 10;

    private readonly Queue<Piece> pieces = new();

    private Piece current;
    private byte[] buffer = [];
    private long origin;
    private int filled;
    private bool open;

    /// <summary>Everything before this place was kept or dropped.</summary>
    public long Decided { get; private set; }

    /// <summary>The place behind the last byte that has arrived.</summary>
    public long End => origin + filled;

    /// <summary>Whether there are bytes to take.</summary>
    public bool HasOutput => open && (current.Length > 0 || pieces.Count > 0);

    /// <summary>Whether no byte is held, so that an idle watch costs no buffer.</summary>
    public bool IsIdle => buffer.Length == 0;

    /// <summary>Lets the pieces be taken. Until then they are kept back, because it is open whether the answer is one that can be filtered.</summary>
    public void Open() => open = true;

    /// <summary>The bytes that have arrived from a place on.</summary>
    public ReadOnlySpan<byte> From(long start) => buffer.AsSpan((int)(start - origin), (int)(End - start));

    public ReadOnlySpan<byte> Between(long start, long end) => buffer.AsSpan((int)(start - origin), (int)(end - start));

    /// <summary>Room for the next bytes. Only when nothing can be taken: the bytes may move.</summary>
    /// <exception cref="UnfilterableAnswerException">One object fills more than <see cref="LargestObject"/>.</exception>
    public Memory<byte> Room()
    {
        var held = HeldFrom();
        var count = (int)(End - held);
        if (count > LargestObject)
        {
            throw new UnfilterableAnswerException($"an object in the cluster's answer is larger than {LargestObject >> 20} MiB");
        }

        var wanted = buffer.Length;
        if (wanted - count < LeastFree)
        {
            wanted = Math.Max(UsualSize, 2 * wanted);
        }
        else if (wanted > UsualSize && count < UsualSize - LeastFree)
        {
            wanted = UsualSize;
        }

        if (wanted != buffer.Length)
        {
            Resize(wanted, held, count);
        }
        else if (held > origin && wanted - filled < LeastFree)
        {
            Between(held, End).CopyTo(buffer);
            origin = held;
            filled = count;
        }

        return buffer.AsMemory(filled);
    }

    /// <summary>Says how many bytes were put into <see cref="Room"/>.</summary>
    public void Arrived(int count) => filled += count;

    /// <summary>Gives the buffer back when nothing in it is needed any more.</summary>
    public void Relax()
    {
        if (HeldFrom() == End)
        {
            Resize(0, End, 0);
        }
    }

    /// <summary>What lies between the last decision and <paramref name="end"/> goes to the client.</summary>
    public void Keep(long end)
    {
        Add(new Piece(Decided, end - Decided, null));
        Decided = end;
    }

    /// <summary>What lies between the last decision and <paramref name="end"/> is left out.</summary>
    public void Drop(long end) => Decided = end;

    /// <summary>Bytes that the answer did not hold go to the client here.</summary>
    /// <param name="bytes">Not changed until they are taken.</param>
    public void Insert(ReadOnlyMemory<byte> bytes) => Add(new Piece(0, bytes.Length, bytes));

    /// <summary>Takes kept bytes.</summary>
    public int Take(Span<byte> destination)
    {
        var taken = 0;
        while (taken < destination.Length && (current.Length > 0 || pieces.TryDequeue(out current)))
        {
            var count = (int)Math.Min(current.Length, destination.Length - taken);
            var target = destination.Slice(taken, count);
            if (current.Bytes is { } bytes)
            {
                bytes.Span.Slice((int)current.Start, count).CopyTo(target);
            }
            else
            {
                Between(current.Start, current.Start + count).CopyTo(target);
            }

            current = current.Behind(count);
            taken += count;
        }

        return taken;
    }

    public void Dispose() => Resize(0, End, 0);

    private void Add(Piece piece)
    {
        if (piece.Length == 0)
        {
            return;
        }

        // Neighbours become one piece, so that a list of which everything is shown costs one copy a read.
        if (pieces.Count == 0 && current.Length > 0 && current.Bytes is null && piece.Bytes is null && current.Start + current.Length == piece.Start)
        {
            current = current with { Length = current.Length + piece.Length };
        }
        else if (pieces.Count == 0 && current.Length == 0)
        {
            current = piece;
        }
        else
        {
            pieces.Enqueue(piece);
        }
    }

    private long HeldFrom() => current is { Length: > 0, Bytes: null } ? current.Start
        : pieces.FirstOrDefault(p => p.Bytes is null) is { Length: > 0 } first ? first.Start
        : Decided;

    private void Resize(int size, long held, int count)
    {
        byte[] larger = size == 0 ? [] : size > LargestPooled ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
        Between(held, End).CopyTo(larger);
        if (buffer.Length is > 0 and <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = larger;
        origin = held;
        filled = count;
    }

    /// <param name="Start">The place in the answer, or the index in <paramref name="Bytes"/>.</param>
    /// <param name="Bytes">Null for bytes of the answer itself.</param>
    private readonly record struct Piece(long Start, long Length, ReadOnlyMemory<byte>? Bytes)
    {
        public Piece Behind(int count) => this with { Start = Start + count, Length = Length - count };
    }
}
