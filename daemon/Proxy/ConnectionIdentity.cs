using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Tidegate.Identity;

namespace Tidegate.Proxy;

/// <summary>The identity of a connection: read from its certificate at the first request and kept with the connection.</summary>
internal static class ConnectionIdentity
{
    private static readonly object Key = new();

    /// <returns>The identity, or the reason why there is none.</returns>
    public static (ClientIdentity? Identity, string? Refusal) Of(HttpContext context)
    {
        if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items)
        {
            return Read(context);
        }

        // An ordinary dictionary, while the streams of an HTTP/2 connection begin side by side.
        lock (items)
        {
            if (items.TryGetValue(Key, out var known) && known is ClientIdentity identity)
            {
                return (identity, null);
            }

            var result = Read(context);
            if (result.Identity is not null)
            {
                items[Key] = result.Identity;
            }

            return result;
        }
    }

    private static (ClientIdentity? Identity, string? Refusal) Read(HttpContext context) =>
        context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate
            ? ClientIdentityReader.Read(certificate)
            : (null, "no client certificate");
}
