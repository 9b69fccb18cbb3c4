using System.Net.Sockets;

namespace Tidegate.Sockets;

/// <summary>What the kernel says of a connection. Source: <c>linux/tcp.h</c>, <c>struct tcp_info</c>.</summary>
/// <param name="IsRecovering">Whether something was lost and is not made up for.</param>
/// <param name="Probes">How often it asked since the last acknowledgement whether the other end is there, or takes something again.</param>
/// <param name="Unacknowledged">Segments that were sent and not acknowledged.</param>
/// <param name="SinceReceived">How long ago the last byte arrived, whether anybody has read it or not.</param>
/// <param name="SinceAcknowledged">How long ago it acknowledged anything, be it the same once more.</param>
/// <param name="NotSent">Bytes that were written and not sent.</param>
/// <param name="Window">Bytes for which the other end has room.</param>
internal readonly record struct TcpState(bool IsRecovering, int Probes, uint Unacknowledged, TimeSpan SinceReceived, TimeSpan SinceAcknowledged, uint NotSent, uint Window)
{
    private const int TcpInfo = 11;
    private const int RecoveryAt = 1;
    private const int ProbesAt = 3;
    private const int UnacknowledgedAt = 24;
    private const int LastReceivedAt = 52;
    private const int LastAcknowledgedAt = 56;
    private const int NotSentAt = 144;
    private const int WindowAt = 228;

    /// <summary>
    /// Whether the other end takes nothing at the moment. Either nothing is under way although there is something to send, where a window smaller than a segment counts as none; or the other end
    /// dropped what was under way since it had no memory for it, and the kernel sends that again and again: Linux does so when small pieces have filled its buffer.
    /// </summary>
    public bool IsWindowClosed => Window == 0 || (Unacknowledged == 0 && NotSent > 0);

    /// <returns>
    /// Null when the socket is closed. A kernel before 5.4 does not tell the window, which then reads as closed: better to notice a death late than to cut what is alive.
    /// </returns>
    public static TcpState? Of(Socket socket)
    {
        Span<byte> info = stackalloc byte[WindowAt + sizeof(uint)];
        info.Clear();
        try
        {
            socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }

        return new(
            info[RecoveryAt] != 0,
            info[ProbesAt],
            At(info, UnacknowledgedAt),
            TimeSpan.FromMilliseconds(At(info, LastReceivedAt)),
            TimeSpan.FromMilliseconds(At(info, LastAcknowledgedAt)),
            At(info, NotSentAt),
            At(info, WindowAt));
    }

    // Native byte order.
    private static uint At(ReadOnlySpan<byte> info, int offset) => BitConverter.ToUInt32(info[offset..]);
}
