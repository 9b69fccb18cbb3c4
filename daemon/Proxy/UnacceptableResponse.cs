using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Sessions;

namespace Tidegate.Proxy;

/// <summary>Answers of a cluster that must not reach the client as they are.</summary>
internal static class UnacceptableResponse
{
    /// <returns>Why not; null when the answer is fine.</returns>
    public static string? Reason(HttpContext context, ProxyExchange exchange, HttpResponseMessage response)
    {
        var code = (int)response.StatusCode;
        var upgrade = ClientUpgrade.IsAsked(context);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return upgrade ? null : "the cluster switched protocols without being asked to";
        }

        if (code is >= 300 and < 400 && code != StatusCodes.Status304NotModified && exchange.Request!.Subresource != "proxy")
        {
            // A redirect of an API server would carry the person's identity elsewhere (CVE-2022-3172); proxied services may redirect.
            return "the cluster answered with a redirect, which is not followed";
        }

        if (exchange.Filtered is { } filtered && filtered.Concerns(response) && filtered.Objection(response) is { } objection)
        {
            return objection;
        }

        // A success that is no upgrade leaves the client waiting for a stream that never comes (CVE-2018-1002105 class).
        return upgrade && code is >= 200 and < 300 && exchange.Request!.IsLongRunning && exchange.Request.Subresource != "proxy"
            ? $"the cluster answered an upgrade request with {code} instead of switching protocols"
            : null;
    }
}

/// <summary>Whether the client asks to leave HTTP on this connection.</summary>
internal static class ClientUpgrade
{
    public static bool IsAsked(HttpContext context) =>
        (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true && FramingOf(context.Request.Headers.Upgrade.ToString()) is not null)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };

    /// <summary>The framing of a protocol that clients may switch to; null for those that the forwarder does not carry, such as h2c.</summary>
    public static StreamFraming? FramingOf(string protocol) =>
        protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase) ? StreamFraming.Spdy
        : protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase) ? StreamFraming.WebSocket
        : null;
}
