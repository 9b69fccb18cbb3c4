using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tidegate.Kubernetes;

/// <summary>
/// Addresses at which no cluster of the repository may be unless the operator says so: they belong to the gate's own host, to its link, or to whoever
/// hands out the host's cloud credentials. Private networks are none of them. Sources: the IANA registries of special-purpose addresses (RFC 6890),
/// the metadata services of the large clouds.
/// </summary>
internal static class SpecialAddress
{
    private static readonly (IPNetwork Range, string Kind)[] Kinds =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "an unspecified address"),
        (IPNetwork.Parse("127.0.0.0/8"), "a loopback address"),
        (IPNetwork.Parse("169.254.0.0/16"), "a link-local address"),
        (IPNetwork.Parse("224.0.0.0/4"), "a multicast address"),
        (IPNetwork.Parse("255.255.255.255/32"), "the broadcast address"),
        (IPNetwork.Parse("240.0.0.0/4"), "a reserved address"),
        (IPNetwork.Parse("100.100.100.200/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("192.0.0.192/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("::/128"), "an unspecified address"),
        (IPNetwork.Parse("::1/128"), "a loopback address"),
        (IPNetwork.Parse("fe80::/10"), "a link-local address"),
        (IPNetwork.Parse("ff00::/8"), "a multicast address"),
        (IPNetwork.Parse("fd00:ec2::/32"), "a cloud's metadata service"),
        (IPNetwork.Parse("fd20:ce::254/128"), "a cloud's metadata service"),
    ];

    /// <summary>Forms of IPv6 addresses that hold an IPv4 address, and the byte at which it begins.</summary>
    private static readonly (IPNetwork Range, int At)[] Embedding =
    [
        (IPNetwork.Parse("::/96"), 12),             // compatible (RFC 4291)
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12),   // translated (RFC 2765)
        (IPNetwork.Parse("64:ff9b::/96"), 12),      // NAT64 (RFC 6052)
        (IPNetwork.Parse("64:ff9b:1::/48"), 12),    // NAT64 of a site, /96 (RFC 8215)
        (IPNetwork.Parse("2002::/16"), 2),          // 6to4 (RFC 3056)
        (IPNetwork.Parse("2001::/32"), 4),          // Teredo's server (RFC 4380)
    ];

    /// <summary>What an address is for, when it is none of a cluster's.</summary>
    /// <param name="address">Its zone is not looked at.</param>
    /// <returns>Null for every other address.</returns>
    public static string? KindOf(IPAddress address)
    {
        foreach (var (range, kind) in Kinds)
        {
            if (range.Contains(address))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The address itself and the IPv4 addresses that packets to it may end at; a mapped one is its IPv4 address only.</summary>
    public static IEnumerable<IPAddress> Meanings(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            yield return address;
            yield break;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            yield return address.MapToIPv4();
            yield break;
        }

        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        yield return plain;
        if (KindOf(plain) is not null)
        {
            // :: and ::1 are no IPv4 addresses, whatever their form.
            yield break;
        }

        foreach (var (range, at) in Embedding)
        {
            if (range.Contains(plain))
            {
                yield return new(bytes.AsSpan(at, 4));
            }
        }

        if (IsTeredo(plain))
        {
            var hidden = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(hidden, ~BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)));
            yield return new(hidden);
        }

        if (bytes.AsSpan(8, 4) is [0 or 2, 0, 0x5e, 0xfe])
        {
            // ISATAP (RFC 5214), under any prefix.
            yield return new(bytes.AsSpan(12, 4));
        }
    }

    private static bool IsTeredo(IPAddress address) => Embedding[^1].Range.Contains(address);
}
