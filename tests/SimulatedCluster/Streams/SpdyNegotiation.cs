using Tidegate.Simulation.Objects;

namespace Tidegate.Simulation.Streams;

/// <summary>Kubernetes' choice of a protocol inside SPDY, by headers of its own.</summary>
internal static class SpdyNegotiation
{
    private const string Offered = "X-Stream-Protocol-Version";
    private const string Accepted = "X-Accepted-Stream-Protocol-Versions";

    /// <summary>Puts the protocol in the response if the client offers it, in one line or several.</summary>
    /// <exception cref="ApiException">403, with the header that names what is supported.</exception>
    public static void Choose(HttpContext context, string supported)
    {
        bool match = context.Request.Headers[Offered].SelectMany(line => (line ?? "").Split(',')).Any(p => p.Trim() == supported);
        if (!match)
        {
            context.Response.Headers[Accepted] = supported;
            throw new ApiException(403, "Forbidden", $"unable to upgrade: unable to negotiate protocol: client supports {context.Request.Headers[Offered]}, server accepts [{supported}]");
        }

        context.Response.Headers[Offered] = supported;
    }
}
