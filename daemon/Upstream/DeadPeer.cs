using System.Net.Sockets;

namespace Tidegate.Upstream;

/// <summary>
/// Has the kernel end a connection whose other end has fallen silent: packets are dropped, the host is gone. No timer of ours could tell that from a watch on which nothing happens.
/// </summary>
internal static class DeadPeer
{
    /// <summary>TCP_USER_TIMEOUT of <c>linux/tcp.h</c>: how long what was sent may stay unacknowledged, in milliseconds. Source: tcp(7).</summary>
    private const int TcpUserTimeout = 18;

    private const int Probes = 3;

    /// <summary>Sets the options of a connected socket.</summary>
    /// <param name="silence">How long the other end may acknowledge nothing; at least 2 s.</param>
    /// <param name="mayStall">
    /// Whether the other end may take nothing for longer than that and yet be alive, as a program does that reads its standard input when it likes to. The kernel's timeout counts that, too, so
    /// such a connection has the probes alone, which find it when it is idle.
    /// </param>
    public static void Notice(Socket socket, TimeSpan silence, bool mayStall)
    {
        // The first half without a sign is nothing; in the second it is asked for one.
        var half = Math.Max(1, (int)(silence.TotalSeconds / 2));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, half);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, half / Probes));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        if (!mayStall)
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes((int)silence.TotalMilliseconds));
        }
    }
}
