using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>A body that is passed on, counted for the audit record.</summary>
/// <param name="inner">The body.</param>
/// <param name="count">Told of each number of bytes that came.</param>
internal sealed class CountingStream(Stream inner, Action<int> count) : ForwardOnlyStream
{
    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        count(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
