using Microsoft.AspNetCore.Http.Features;

namespace Tidegate.Proxy;

/// <summary>Counts what the client sends: from its length when it says so, else as it passes. What passes is a sign that somebody is there.</summary>
internal static class RequestBody
{
    public static void Count(HttpContext context, ProxyExchange exchange)
    {
        if (context.Request.ContentLength is { } length)
        {
            exchange.Audit.BytesReceived = length;
            if (length > 0 && exchange.Clock is { } clock)
            {
                context.Request.Body = new CountingStream(context.Request.Body, _ => clock.Active());
            }
        }
        else if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            context.Request.Body = new CountingStream(context.Request.Body, n =>
            {
                exchange.Audit.BytesReceived += n;
                exchange.Clock?.Active();
            });
        }
    }
}
