using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Tidegate.Kubernetes;

/// <summary>The addresses at which this host itself answers.</summary>
internal static class HostAddresses
{
    /// <summary>Asks the kernel each time: interfaces come and go.</summary>
    /// <param name="address">Plain, not an IPv4 address in IPv6.</param>
    public static bool Has(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || IsThisNetwork(address))
        {
            return true;
        }

        foreach (var one in NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses))
        {
            // Without their zones.
            if (one.Address.GetAddressBytes().AsSpan().SequenceEqual(address.GetAddressBytes()))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsThisNetwork(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] == 0;
}
