namespace Tidegate.Values;

/// <summary>
/// A stream over another one that is read or written forwards and asynchronously, as streams of a connection are: whoever derives from it says which, and how.
/// </summary>
internal abstract class ForwardOnlyStream : Stream
{
    private const string Asynchronous = "The stream is read and written asynchronously.";

    public override bool CanRead => false;

    public sealed override bool CanSeek => false;

    public override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public sealed override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException(Asynchronous);

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(Asynchronous);

    /// <summary>What only is read has nothing to flush.</summary>
    public sealed override void Flush()
    {
        if (CanWrite)
        {
            throw new NotSupportedException(Asynchronous);
        }
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();
}
