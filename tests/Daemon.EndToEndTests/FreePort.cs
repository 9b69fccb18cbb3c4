using System.Net;
using System.Net.Sockets;

namespace Tidegate.EndToEndTests;

/// <summary>A loopback port that nobody listens on, for programs that must be told theirs.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
