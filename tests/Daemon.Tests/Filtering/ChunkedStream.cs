namespace Tidegate.Tests.Filtering;

/// <summary>A body whose bytes arrive in given portions, one a read. Counts reads, so that a test sees which read gave what.</summary>
internal sealed class ChunkedStream(IEnumerable<byte[]> chunks) : Stream
{
    private readonly Queue<byte[]> rest = new(chunks.Where(c => c.Length > 0));

    private ReadOnlyMemory<byte> current;

    public int Reads { get; private set; }

    public bool Disposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    public static ChunkedStream CutAt(byte[] body, params int[] places)
    {
        int[] borders = [0, .. places, body.Length];
        return new ChunkedStream(borders.Zip(borders.Skip(1), (start, end) => body[start..end]));
    }

    public static ChunkedStream ByteByByte(byte[] body) => new(body.Select(b => new[] { b }));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0 || (current.IsEmpty && rest.Count == 0))
        {
            return ValueTask.FromResult(0);
        }

        Reads++;
        current = current.IsEmpty ? rest.Dequeue() : current;
        var count = Math.Min(buffer.Length, current.Length);
        current[..count].CopyTo(buffer);
        current = current[count..];
        return ValueTask.FromResult(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
