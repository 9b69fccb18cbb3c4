using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Proxy;

/// <summary>Reads a request's body into memory where the gate must know what is in it, and puts it back so that the same bytes are forwarded.</summary>
internal static class RequestBodyBuffer
{
    /// <summary>Source: <c>k8s.io/apiserver/pkg/server/config.go</c>, MaxRequestBodyBytes.</summary>
    private const int MostBytes = 3 * 1024 * 1024;

    /// <returns>The body, or why it cannot be read.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var request = context.Request;
        if (request.Headers.ContentEncoding.Count > 0)
        {
            return (default, Refusal.Of(StatusCodes.Status415UnsupportedMediaType, "a body with a Content-Encoding cannot be checked for the object's name: send it as it is"));
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            return (default, null);
        }

        if (request.ContentLength > MostBytes)
        {
            return (default, TooLong());
        }

        var body = new MemoryStream((int)(request.ContentLength ?? 4096));
        var piece = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(piece, cancellationToken)) > 0)
            {
                if (body.Length + read > MostBytes)
                {
                    return (default, TooLong());
                }

                body.Write(piece, 0, read);
            }
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            return (default, Refusal.BadRequest("the request's body broke off"));
        }

        body.Position = 0;
        request.Body = body;
        return (body.GetBuffer().AsMemory(0, (int)body.Length), null);
    }

    private static Refusal TooLong() =>
        Refusal.Of(StatusCodes.Status413PayloadTooLarge, $"the body has more than the {MostBytes} bytes that Kubernetes takes");
}
