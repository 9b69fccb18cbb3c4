using System.IO.Pipelines;
using System.Net;
using Tidegate.Values;

namespace Tidegate.Proxy;

/// <summary>
/// A response's body on its way to an HTTP/1.1 client, in pieces as large as a TLS record. Kestrel makes a record, and a call into the
/// kernel, of each block of its memory pool, which are 4 kB; asked for more it takes a larger block.
/// </summary>
internal sealed class RecordSizedBody(PipeWriter body) : ForwardOnlyStream
{
    // A record holds 16 kB; the rest is for the frame of a chunk, so that both fit into one block.
    private const int Piece = (16 * 1024) - 64;

    private const int KestrelBlock = 4096;

    /// <summary>Whether the body may be larger than what Kestrel makes one record of anyway. HTTP/2 cuts bodies into frames by itself.</summary>
    public static bool PaysFor(HttpRequest request, HttpResponseMessage response) =>
        HttpProtocol.IsHttp11(request.Protocol)
        && response.StatusCode != HttpStatusCode.SwitchingProtocols
        && response.Content.Headers.ContentLength is null or > KestrelBlock;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, Piece);
            buffer[..count].CopyTo(body.GetMemory(count));
            body.Advance(count);
            buffer = buffer[count..];
        }

        await FlushAsync(cancellationToken);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        var result = await body.FlushAsync(cancellationToken);
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The response was cancelled.", cancellationToken);
        }
    }
}
