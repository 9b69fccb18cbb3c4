using System.Net;
using System.Net.Sockets;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Reads ranges of IP addresses.</summary>
internal static class AddressRange
{
    /// <summary>A list of addresses and ranges (CIDR); an address alone is a range of one.</summary>
    public static EquatableList<IPNetwork> AddressRanges(this SectionReader section, string key)
    {
        var ranges = new List<IPNetwork>();
        foreach (var setting in section.Values(key))
        {
            if (Parse(setting.Text, out var error) is { } range)
            {
                ranges.Add(range);
            }
            else
            {
                section.Problems.Error(setting.Place, setting.Field, error);
            }
        }

        return ranges.Distinct().ToEquatableList();
    }

    private static IPNetwork? Parse(string text, out string error)
    {
        error = "";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? text : text[..slash];

        // Four numbers without leading zeros: 127.1 and 0177.0.0.1 are addresses too, but of whom?
        if (!IPAddress.TryParse(first, out var address) || address.IsIPv4MappedToIPv6 || first.Contains('%', StringComparison.Ordinal)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != first))
        {
            error = $"\"{text}\" must be an IP address or a range of them, such as 127.0.0.1, 127.0.0.0/8 or ::1";
            return null;
        }

        if (slash < 0)
        {
            return new(address, address.GetAddressBytes().Length * 8);
        }

        if (IPNetwork.TryParse(text, out var range) && range.BaseAddress.Equals(address))
        {
            return range;
        }

        error = $"\"{text}\" is no range: the number after the slash must be a length that leaves no bit of {first} behind it, as in 127.0.0.0/8";
        return null;
    }
}
