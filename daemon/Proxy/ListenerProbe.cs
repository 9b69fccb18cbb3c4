using System.Net;
using System.Net.Sockets;

namespace Tidegate.Proxy;

/// <summary>
/// Asks a listener whether it takes connections: opens one, ends its own side and waits until the server has ended the other. That takes a living accept
/// loop; a listener that is only bound, or a process without free file descriptors, fails. No handshake begins, so nothing is recorded.
/// </summary>
internal static class ListenerProbe
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <returns>Null when the connection was taken, else why not.</returns>
    public static async Task<string?> TryAsync(IPEndPoint listening, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var target = Reachable(listening);
        using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(target, either.Token);
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[1], either.Token);
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"a connection waited {Deadline.TotalSeconds:0} s";
        }
    }

    /// <summary>A listener on every address is reached on loopback.</summary>
    private static IPEndPoint Reachable(IPEndPoint listening) =>
        listening.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, listening.Port)
        : listening.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, listening.Port)
        : listening;
}
