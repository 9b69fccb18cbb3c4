namespace Tidegate.Tests.Filtering;

/// <summary>A body of which each read does what its step says; a read into nothing is at its end at once.</summary>
internal sealed class ScriptedStream(params Func<Memory<byte>, Task<int>>[] steps) : Stream
{
    private readonly Queue<Func<Memory<byte>, Task<int>>> rest = new(steps);
    private readonly TaskCompletionSource allAsked = new();

    /// <summary>Ends when the last step has begun.</summary>
    public Task AllAsked => allAsked.Task;

    /// <summary>What the last read was to fill.</summary>
    public Memory<byte> Buffer { get; private set; }

    /// <summary>How many reads were into nothing.</summary>
    public int EmptyReads { get; private set; }

    public int Disposals { get; private set; }

    public int AsyncDisposals { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get; set; }

    public static Task<int> Put(Memory<byte> buffer, byte[] bytes)
    {
        bytes.CopyTo(buffer);
        return Task.FromResult(bytes.Length);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            EmptyReads++;
            return ValueTask.FromResult(0);
        }

        Buffer = buffer;
        var read = rest.TryDequeue(out var step) ? step(buffer) : Task.FromResult(0);
        if (rest.Count == 0)
        {
            allAsked.TrySetResult();
        }

        return new(read);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync()
    {
        AsyncDisposals++;
        return base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
