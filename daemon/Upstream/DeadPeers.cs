using System.Net.Sockets;
using Tidegate.Sockets;

namespace Tidegate.Upstream;

/// <summary>
/// Has the kernel end connections whose other end has fallen silent: packets are dropped, the host is gone. No timer of ours could tell that from a watch on which nothing happens.
/// </summary>
/// <remarks>
/// When nothing is to be sent, keep-alive asks. Otherwise the kernel does not send keep-alives and goes on for a quarter of an hour, so TCP_USER_TIMEOUT limits that; a client's ping on an idle
/// exec is enough for it. But that option counts also what the other end does not take for want of room, even if it answers every question after its window (RFC 9293, 3.8.6.1, forbids to give
/// up then; <c>tcp_probe_timer</c> and <c>tcp_rtx_probe0_timed_out</c> of Linux do so because of the option, tried with 6.18). A program may read its standard input when it likes to. So the
/// connections are looked at now and then, all together, and the option is lifted from those whose other end has no room and is alive. It is still the kernel that ends them.
/// </remarks>
internal sealed class DeadPeers
{
    /// <summary>TCP_USER_TIMEOUT of <c>linux/tcp.h</c>: how long what was sent may stay unacknowledged, in milliseconds; 0: as long as the kernel tries. Source: tcp(7).</summary>
    private const int TcpUserTimeout = 18;

    /// <summary>TCP_RTO_MAX_MS of <c>linux/tcp.h</c>: the longest time between two attempts, in milliseconds, from 1,000; 2 minutes by default. Linux has it since 6.15.</summary>
    private const int TcpLongestRetransmission = 44;

    private const int Probes = 3;

    // A window that closes must be seen before the timeout is over, on a busy machine as well.
    private const int LooksInSilence = 4;

    private readonly TimeSpan silence;
    private readonly TimeSpan interval;
    private readonly Lock looking = new();
    private readonly HashSet<Watched> watched = [];
    private readonly Timer timer;

    /// <param name="silence">How long the other end may acknowledge nothing; at least 2 s.</param>
    public DeadPeers(TimeSpan silence)
    {
        this.silence = silence;
        interval = silence / LooksInSilence;

        // It runs while there are connections; the kernel's timers know no other clock. One for all of them, since there are thousands.
        timer = new(static p => ((DeadPeers)p!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After 30 s. One for the life of the process, so that options which are read again are equal and a reload keeps the clusters' connections.</summary>
    public static DeadPeers Default { get; } = new(TimeSpan.FromSeconds(30));

    /// <summary>Sets the options of a connected socket and looks after it.</summary>
    /// <returns>To be disposed when the socket is closed.</returns>
    public IDisposable Watch(Socket socket)
    {
        // The first half without a sign is nothing; in the second it is asked for one.
        var half = Math.Max(1, (int)(silence.TotalSeconds / 2));
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, half);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, half / Probes));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        Set(socket, TcpUserTimeout, silence);
        AskOften(socket);
        var connection = new Watched(this, socket);
        lock (looking)
        {
            watched.Add(connection);
            if (watched.Count == 1)
            {
                timer.Change(interval, interval);
            }
        }

        return connection;
    }

    private static void Set(Socket socket, int option, TimeSpan time) =>
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, option, BitConverter.GetBytes((int)time.TotalMilliseconds));

    /// <summary>The kernel doubles the time between two questions after a closed window although they are answered, and could not notice for minutes that the answers fail to come.</summary>
    private void AskOften(Socket socket)
    {
        try
        {
            Set(socket, TcpLongestRetransmission, TimeSpan.FromSeconds(Math.Max(1, silence.TotalSeconds / Probes)));
        }
        catch (SocketException)
        {
            // Before 6.15: it is noticed late.
        }
    }

    private void Look()
    {
        lock (looking)
        {
            foreach (var connection in watched)
            {
                connection.Look();
            }
        }
    }

    private void Forget(Watched connection)
    {
        lock (looking)
        {
            if (watched.Remove(connection) && watched.Count == 0)
            {
                timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Watched(DeadPeers peers, Socket socket) : IDisposable
    {
        private bool isLifted;

        public void Look()
        {
            if (TcpState.Of(socket) is not { } state)
            {
                return;
            }

            // One question may be under way, or lost.
            var isAlive = state.SinceAcknowledged < peers.silence || (state.IsWindowClosed && state.Probes < 2);

            // While what was dropped is being sent again, the option would count from when that began.
            var lift = isAlive && (state.IsWindowClosed || (isLifted && state.IsRecovering));
            if (lift == isLifted)
            {
                return;
            }

            try
            {
                Set(socket, TcpUserTimeout, lift ? TimeSpan.Zero : peers.silence);
                isLifted = lift;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has ended meanwhile.
            }
        }

        public void Dispose() => peers.Forget(this);
    }
}
