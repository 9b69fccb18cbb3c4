using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tidegate.EndToEndTests.Lifecycle;

/// <summary>A listening socket that outlives the daemons it is passed to, as systemd's does.</summary>
internal sealed partial class HeldSocket : IDisposable
{
    private const int SetDescriptorFlags = 2;

    private readonly Socket socket;

    /// <param name="port">0 for any.</param>
    public HeldSocket(int port)
    {
        socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(4096);

        // A program that is started inherits it.
        fcntl((int)socket.Handle, SetDescriptorFlags, 0).ShouldBe(0);
    }

    /// <summary>
    /// Starts a program with the socket as its file descriptor 3, announced as sd_listen_fds(3) says: the number of the process is the shell's, which
    /// the program takes over.
    /// </summary>
    public string[] Command(string program, params string[] arguments) =>
    [
        "bash", "-c", $"fd={socket.Handle}; if [ $fd != 3 ]; then eval \"exec 3<&$fd $fd<&-\"; fi; LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=proxy exec \"$@\"", "bash", program, .. arguments,
    ];

    public void Dispose() => socket.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
