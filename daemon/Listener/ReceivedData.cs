using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Tidegate.Listener;

/// <summary>
/// What the kernel says of the data that came in on a connection. Between the socket and the request there are buffers, TLS records and threads: who looks at requests alone
/// takes a connection for idle on which one has arrived.
/// </summary>
internal static class ReceivedData
{
    // linux/tcp.h: struct tcp_info, of which tcpi_last_data_recv is the 12th of the 32-bit fields that follow 8 bytes.
    private const int TcpInfo = 11;
    private const int LastDataReceived = 52;

    /// <summary>How long ago the last byte arrived from the client.</summary>
    /// <returns>Null when there is no socket to ask, or it is closed already.</returns>
    public static TimeSpan? Age(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return null;
        }

        Span<byte> info = stackalloc byte[LastDataReceived + sizeof(uint)];
        try
        {
            return socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info) == info.Length
                ? TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(info[LastDataReceived..]))
                : null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
