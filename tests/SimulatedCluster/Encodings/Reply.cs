using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.Simulation.Encodings;

/// <summary>
/// Writes answers as the API server does: with gzip of level 1 above 128 KiB where the client takes it (apiserver,
/// handlers/responsewriters/writers.go), and with a length only where Go's server knows it, which is up to 2 KiB.
/// </summary>
internal static class Reply
{
    private const int GzipThreshold = 128 * 1024;
    private const int KnownLength = 2048;
    private const int FlushEvery = 256 * 1024;

    public static Task JsonAsync(HttpContext context, int status, JsonNode body, string contentType = "application/json") =>
        PiecesAsync(context, status, [Json.Bytes(body), "\n"u8.ToArray()], contentType);

    public static Task TextAsync(HttpContext context, string text) =>
        PiecesAsync(context, 200, [System.Text.Encoding.UTF8.GetBytes(text)], "text/plain; charset=utf-8");

    /// <summary>A made-up object, such as a review, in the encoding that the client prefers.</summary>
    public static Task ObjectAsync(HttpContext context, int status, ResourceType type, JsonObject body)
    {
        MediaChoice media = MediaChoice.Of(context.Request, type, watch: false);
        return PiecesAsync(context, status, Encoded(media.Format, body), media.ContentType);
    }

    /// <summary>A Status in the encoding that the client prefers; in JSON if it takes none without a transformation.</summary>
    public static Task StatusAsync(HttpContext context, int code, JsonObject status)
    {
        MediaChoice media = MediaChoice.TryOf(context.Request, null, watch: false) ?? MediaChoice.PlainJson;
        return PiecesAsync(context, code, Encoded(media.Format, status), media.ContentType);
    }

    public static Task ErrorAsync(HttpContext context, ApiException error)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (error.PlainText is not { } text)
        {
            return StatusAsync(context, error.Code, error.ToStatus());
        }

        context.Response.StatusCode = error.Code;
        return PiecesAsync(context, error.Code, [System.Text.Encoding.UTF8.GetBytes(text)], "text/plain; charset=utf-8");
    }

    public static async Task PiecesAsync(HttpContext context, int status, IReadOnlyList<ReadOnlyMemory<byte>> pieces, string contentType)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        long length = pieces.Sum(p => (long)p.Length);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentLength = length;
            return;
        }

        if (length > GzipThreshold && TakesGzip(context.Request))
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Append("Vary", "Accept-Encoding");
            await using GZipStream zipped = new(response.Body, CompressionLevel.Fastest);
            foreach (ReadOnlyMemory<byte> piece in pieces)
            {
                await zipped.WriteAsync(piece, context.RequestAborted);
            }

            return;
        }

        if (length <= KnownLength)
        {
            response.ContentLength = length;
        }

        await WriteAsync(response.BodyWriter, pieces, context.RequestAborted);
    }

    private static async Task WriteAsync(PipeWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken)
    {
        int waiting = 0;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            System.Buffers.BuffersExtensions.Write(writer, piece.Span);
            waiting += piece.Length;
            if (waiting >= FlushEvery)
            {
                await writer.FlushAsync(cancellationToken);
                waiting = 0;
            }
        }

        await writer.FlushAsync(cancellationToken);
    }

    private static ReadOnlyMemory<byte>[] Encoded(WireFormat format, JsonObject body) => format switch
    {
        WireFormat.Protobuf => [ProtobufWriter.Object(body)],
        WireFormat.Yaml => [YamlText.Write(body)],
        _ => [Json.Bytes(body), "\n"u8.ToArray()],
    };

    /// <summary>The first token of the list that is exactly gzip, as responseContentEncodingSupported looks for it.</summary>
    private static bool TakesGzip(HttpRequest request) =>
        (request.Headers.AcceptEncoding.FirstOrDefault() ?? "").Split(',').Any(e => e.Trim() == "gzip");
}
