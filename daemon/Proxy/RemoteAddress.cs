using System.Net;

namespace Tidegate.Proxy;

/// <summary>The peer's address as text.</summary>
internal static class RemoteAddress
{
    public static string? Of(ConnectionInfo connection)
    {
        var address = connection.RemoteIpAddress;
        return address is null ? null : new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, connection.RemotePort).ToString();
    }
}
