using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>What was read of a stream, and then the stream.</summary>
internal sealed class ContinuedStream(ReadOnlyMemory<byte> start, Stream rest) : ForwardOnlyStream
{
    private ReadOnlyMemory<byte> left = start;

    public override bool CanRead => true;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(left.Length, buffer.Length);
        left[..count].CopyTo(buffer);
        left = left[count..];
        return ValueTask.FromResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
