using Microsoft.AspNetCore.Http.Features;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;

namespace Tidegate.Simulation.Streams;

/// <summary>Turns a request into a raw stream with status 101.</summary>
internal static class Upgrade
{
    public static bool IsWebSocket(HttpContext context) => Names(context, "websocket");

    public static bool IsSpdy(HttpContext context) => Names(context, "SPDY/3.1");

    /// <param name="protocol">The value of the <c>Upgrade</c> header.</param>
    /// <exception cref="ApiException">400 if the request cannot be upgraded.</exception>
    public static async Task<Stream> AcceptAsync(HttpContext context, string protocol)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } feature)
        {
            throw Required();
        }

        context.Response.Headers.Upgrade = protocol;
        Stream stream = await feature.UpgradeAsync();
        context.Features.Get<RequestTap>()?.Stop();
        return stream;
    }

    public static ApiException Required() => ApiException.BadRequest("Upgrade request required");

    private static bool Names(HttpContext context, string protocol) =>
        context.Request.Headers.Upgrade.ToString().Contains(protocol, StringComparison.OrdinalIgnoreCase);
}
