using System.Net;
using System.Net.Sockets;
using Tidegate.Kubernetes;

namespace Tidegate.Upstream;

/// <summary>
/// Resolves the name of a cluster or of its proxy and leaves out the addresses at which none may be. What is returned is connected to as it is: a name that is
/// resolved a second time may lead elsewhere.
/// </summary>
/// <param name="credential">Of a kubeconfig of the host: nothing is left out.</param>
internal sealed class AddressCheck(ClusterCredential credential, AddressPolicy policy)
{
    /// <returns>At least one address, in the resolver's order.</returns>
    /// <exception cref="ForbiddenAddressException">Every address is one at which no cluster of the repository may be.</exception>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public async Task<IPAddress[]> ResolveAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var addresses = await AddressesOfAsync(endPoint.Host, cancellationToken);
        if (credential.IsOfHost)
        {
            return addresses;
        }

        if (credential.ProxyUrl is not null)
        {
            await CheckBehindProxyAsync(cancellationToken);
        }

        return Permitted(endPoint.Host, endPoint.Port, addresses);
    }

    /// <summary>A proxy may be on the gate's host and then reaches what the host reaches. A name that only the proxy can resolve is its own affair.</summary>
    private async Task CheckBehindProxyAsync(CancellationToken cancellationToken)
    {
        var server = credential.Server;
        try
        {
            Permitted(server.IdnHost, server.Port, await AddressesOfAsync(server.IdnHost, cancellationToken));
        }
        catch (SocketException)
        {
            // Not known here.
        }
    }

    /// <summary>The platform refuses to look up an unspecified address with an error of its own.</summary>
    private static async Task<IPAddress[]> AddressesOfAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);

    private IPAddress[] Permitted(string host, int port, IPAddress[] addresses)
    {
        string? reason = null;
        var permitted = new List<IPAddress>(addresses.Length);
        foreach (var address in addresses)
        {
            if (policy.WhyRefused(address, port) is { } refused)
            {
                reason ??= refused;
            }
            else
            {
                permitted.Add(address);
            }
        }

        if (permitted.Count > 0)
        {
            return [.. permitted];
        }

        throw reason is null ? new SocketException((int)SocketError.NoData) : new ForbiddenAddressException(host, reason);
    }
}
