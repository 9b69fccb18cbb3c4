using Microsoft.AspNetCore.Connections.Features;
using Tidegate.Limits;
using Tidegate.Metrics;

namespace Tidegate.Proxy;

/// <summary>The stage for <c>kubernetes_service.limits</c>: counts each request for its person, and refuses one too many before anything is read or asked for it.</summary>
internal static class RequestAdmission
{
    /// <param name="exchange">Identified and parsed.</param>
    public static Refusal? Admit(HttpContext context, ProxyExchange exchange, PersonLimits limits)
    {
        if (context.Features.Get<RefusedConnection>() is { } refused)
        {
            Leave(context);
            return Refuse(refused.Exceeded);
        }

        var (share, exceeded) = limits.Admit(exchange.Identity!.User, exchange.Request?.IsLongRunning == true, RequestHead.SizeOf(context));
        exchange.Share = share;
        return exceeded is { } too ? Refuse(too) : null;
    }

    public static Refusal Refuse(LimitExceeded exceeded) =>
        Refusal.Of(StatusCodes.Status429TooManyRequests, exceeded.Message) with { Class = RefusalReason.Limit };

    /// <summary>Tells the client to use this connection no more.</summary>
    private static void Leave(HttpContext context)
    {
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        else
        {
            context.Response.OnStarting(static response =>
            {
                ((HttpResponse)response).Headers.Connection = "close";
                return Task.CompletedTask;
            }, context.Response);
        }
    }
}
