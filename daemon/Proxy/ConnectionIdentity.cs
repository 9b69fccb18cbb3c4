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
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(Key, out var known) && known is ClientIdentity identity)
        {
            return (identity, null);
        }

        var certificate = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        if (certificate is null)
        {
            return (null, "no client certificate");
        }

        var result = ClientIdentityReader.Read(certificate);
        if (result.Identity is not null && items is not null)
        {
            items[Key] = result.Identity;
        }

        return result;
    }
}
