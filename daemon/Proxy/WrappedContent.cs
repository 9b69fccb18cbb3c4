using System.Net;

namespace Tidegate.Proxy;

/// <summary>Puts a stream of ours in the place of a response's own, keeping the response's headers where they are.</summary>
internal sealed class WrappedContent : HttpContent
{
    private readonly HttpContent original;
    private readonly Func<Stream, Stream> wrap;

    public WrappedContent(HttpContent original, Func<Stream, Stream> wrap)
    {
        this.original = original;
        this.wrap = wrap;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => wrap(await original.ReadAsStreamAsync());

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        wrap(await original.ReadAsStreamAsync(cancellationToken));

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        throw new NotSupportedException("A forwarded body is read as a stream.");

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            original.Dispose();
        }

        base.Dispose(disposing);
    }
}
