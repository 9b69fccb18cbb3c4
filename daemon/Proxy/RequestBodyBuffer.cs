using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Proxy;

/// <summary>
/// Reads a request's body into memory where the gate must know what is in it, and puts it back so that the same bytes are forwarded. What is held counts for the person's
/// limit as it arrives, whatever length is announced, and it must arrive in time.
/// </summary>
internal static class RequestBodyBuffer
{
    /// <summary>Source: <c>k8s.io/apiserver/pkg/server/config.go</c>, MaxRequestBodyBytes.</summary>
    private const int MostBytes = 3 * 1024 * 1024;

    private const int FirstPiece = 16 * 1024;

    /// <returns>The body, or why it cannot be read.</returns>
    public static Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpContext context, CancellationToken cancellationToken) =>
        ReadAsync(context, MostBytes, cancellationToken);

    /// <inheritdoc cref="ReadAsync(HttpContext, CancellationToken)"/>
    /// <param name="most">Bytes.</param>
    public static async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpContext context, int most, CancellationToken cancellationToken)
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

        if (request.ContentLength > most)
        {
            return (default, TooLong(most));
        }

        var share = context.Features.GetRequiredFeature<ProxyExchange>().Share!;
        using var deadline = share.BodyDeadline();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ReadAsync(context, most, share, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (default, Refusal.Of(
                StatusCodes.Status408RequestTimeout, $"the request's body did not arrive within {share.BodyTimeout.TotalSeconds:0.###} s (kubernetes_service.limits.body_timeout)"));
        }
        catch (Exception e) when (e is BadHttpRequestException or IOException && !context.RequestAborted.IsCancellationRequested)
        {
            return (default, Refusal.BadRequest("the request's body broke off"));
        }
    }

    private static async Task<(ReadOnlyMemory<byte> Body, Refusal? Refusal)> ReadAsync(HttpContext context, int most, Limits.RequestShare share, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var longest = (int)(request.ContentLength ?? most);
        var body = Array.Empty<byte>();
        var length = 0;
        while (true)
        {
            if (length == body.Length)
            {
                // One byte more than announced: the read that finds the end needs room too.
                var size = Math.Min(Math.Max(FirstPiece, body.Length * 2), longest + 1);
                if (length == longest + 1)
                {
                    return (default, TooLong(most));
                }

                if (share.TryHold(size - body.Length) is { } exceeded)
                {
                    return (default, RequestAdmission.Refuse(exceeded));
                }

                Array.Resize(ref body, size);
            }

            var read = await request.Body.ReadAsync(body.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        request.Body = new MemoryStream(body, 0, length, writable: false);
        return (body.AsMemory(0, length), null);
    }

    private static Refusal TooLong(int most) =>
        Refusal.Of(StatusCodes.Status413PayloadTooLarge, $"the body has more than the {most} bytes that Kubernetes takes");
}
