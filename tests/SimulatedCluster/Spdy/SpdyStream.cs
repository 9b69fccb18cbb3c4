using System.IO.Pipelines;

namespace Tidegate.Simulation.Spdy;

/// <summary>One stream of a SPDY connection; the end of reading is the peer's FIN, <see cref="CloseWriteAsync"/> sends ours.</summary>
internal sealed class SpdyStream(SpdyConnection connection, int id, IReadOnlyList<KeyValuePair<string, string>> headers) : Stream
{
    private const int MaxData = 32 * 1024;

    // Never pauses: the peers (moby/spdystream) know no flow control, so a slow reader must not hold up the frames of others.
    private readonly Pipe inbound = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private int closed;

    public int Id => id;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public string Header(string name) => headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ReadInboundAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (int at = 0; at < buffer.Length; at += MaxData)
        {
            byte[] part = buffer[at..Math.Min(at + MaxData, buffer.Length)].ToArray();
            await connection.SendAsync(new SpdyFrame(SpdyFrameType.Data, id, 0, part), cancellationToken);
        }
    }

    /// <summary>Sends FIN once.</summary>
    public async Task CloseWriteAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            await connection.SendAsync(new SpdyFrame(SpdyFrameType.Data, id, SpdyFrame.Fin, []), cancellationToken);
        }
    }

    public async Task ReceiveAsync(ReadOnlyMemory<byte> data, bool fin, CancellationToken cancellationToken)
    {
        await inbound.Writer.WriteAsync(data, cancellationToken);
        if (fin)
        {
            await inbound.Writer.CompleteAsync();
        }
    }

    /// <summary>Ends reading because the stream was reset or the connection is gone.</summary>
    public void Break() => inbound.Writer.Complete();

    public override void Flush()
    {
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadInboundAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is asynchronous.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<int> ReadInboundAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Stream reader = inbound.Reader.AsStream(leaveOpen: true);
        return await reader.ReadAsync(buffer, cancellationToken);
    }
}
