using System.IO.Compression;
using System.Text.Json.Nodes;
using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Rest;

/// <summary>Writes answers as the API server does: JSON, with gzip from 128 KiB on where the client takes it.</summary>
internal static class Reply
{
    private const int GzipThreshold = 128 * 1024;

    public static Task JsonAsync(HttpContext context, int status, JsonNode body, string contentType = "application/json") =>
        BytesAsync(context, status, Json.Bytes(body), contentType);

    public static Task TextAsync(HttpContext context, string text) =>
        BytesAsync(context, 200, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    public static Task ErrorAsync(HttpContext context, ApiException error)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonAsync(context, error.Code, error.ToStatus());
    }

    public static async Task BytesAsync(HttpContext context, int status, byte[] body, string contentType)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        if (body.Length >= GzipThreshold && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
            await using GZipStream zipped = new(response.Body, CompressionLevel.Fastest);
            await zipped.WriteAsync(body, context.RequestAborted);
            return;
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
