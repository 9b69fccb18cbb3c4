using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Tidegate.Identity;
using Tidegate.Tls;

namespace Tidegate.Proxy;

/// <summary>
/// The identity of a connection: read from the certificate that the handshake accepted, and kept with the connection. A certificate that the
/// handshake did not accept is nowhere to be found here.
/// </summary>
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

    /// <summary>The same before there is a request; null where there is no good certificate.</summary>
    public static ClientIdentity? Of(ConnectionContext connection)
    {
        if (connection.Features.Get<ClientCertificate>() is not { } certificate || ClientIdentityReader.Read(certificate.Leaf).Identity is not { } identity)
        {
            return null;
        }

        connection.Items[Key] = identity;
        return identity;
    }

    private static (ClientIdentity? Identity, string? Refusal) Read(HttpContext context) =>
        context.Features.Get<ClientCertificate>() is { } certificate
            ? ClientIdentityReader.Read(certificate.Leaf)
            : (null, "no client certificate");
}
