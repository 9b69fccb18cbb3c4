using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Proxy;

/// <summary>How long a request's head is, as it is counted for the limits.</summary>
internal static class RequestHead
{
    // As HTTP/2 counts a field (RFC 9113, 10.5.1): an empty one costs memory too.
    private const int OfField = 32;

    /// <summary>Bytes of the first line and of all headers.</summary>
    public static long SizeOf(HttpContext context)
    {
        var size = (long)context.Request.Method.Length + context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length;
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
            {
                size += OfField + name.Length + (value?.Length ?? 0);
            }
        }

        return size;
    }
}
