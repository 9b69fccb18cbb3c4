using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tidegate.Hosting;

/// <summary>
/// The listening sockets that systemd passes to a service with a socket unit: file descriptors from 3 on, announced by <c>$LISTEN_FDS</c> and meant for the
/// process that <c>$LISTEN_PID</c> names. Source: sd_listen_fds(3).
/// </summary>
/// <remarks>
/// They are marked to be closed in programs that the daemon starts: a fetch that outlived the daemon would otherwise hold the port. .NET takes the same mark as a
/// leave to disconnect a socket that it closes while it is in use, so these are never closed; they go with the process.
/// </remarks>
internal static partial class InheritedSockets
{
    private const int FirstDescriptor = 3;
    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private const int MostSockets = 64;

    /// <summary>Reads the variables once and removes them, so that no other program takes the sockets for its own.</summary>
    /// <exception cref="InvalidOperationException">What was passed cannot be listened on; the message says which and what to do.</exception>
    public static IReadOnlyList<Socket> FromEnvironment()
    {
        var (count, names) = (Take("LISTEN_FDS"), Take("LISTEN_FDNAMES"));
        return [.. Descriptors(count, Take("LISTEN_PID"), names, Environment.ProcessId).Select(d => Open(d.Descriptor, d.Name))];
    }

    /// <summary>Which descriptors are passed to this process, with their names.</summary>
    /// <exception cref="InvalidOperationException">The number is none.</exception>
    public static IReadOnlyList<(int Descriptor, string Name)> Descriptors(string? count, string? pid, string? names, int ownPid)
    {
        if (count is null || pid != ownPid.ToString(CultureInfo.InvariantCulture))
        {
            return [];
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MostSockets)
        {
            throw new InvalidOperationException($"LISTEN_FDS is \"{count}\", which is no number of sockets from 0 to {MostSockets}; start the daemon with systemd, or without that variable");
        }

        var named = names?.Split(':') ?? [];
        return [.. Enumerable.Range(0, number).Select(i => (FirstDescriptor + i, i < named.Length ? named[i] : "unknown"))];
    }

    /// <summary>What to tell about a configured address that is not what is listened on; null when both agree.</summary>
    public static string? Disagreement(IPEndPoint configured, IReadOnlyList<IPEndPoint> inherited) =>
        inherited.Count == 0 || inherited.Any(i => Means(i, configured))
            ? null
            : $"kubernetes_service.listen_addr {configured} is not what is listened on: the socket unit holds, {string.Join(" and ", inherited)}; change ListenStream= of tidegate.socket, or the setting";

    // A wildcard of either family means every address: systemd writes [::] for a port on its own.
    private static bool Means(IPEndPoint socket, IPEndPoint configured) =>
        socket.Equals(configured) || (socket.Port == configured.Port && IsWildcard(socket.Address) && IsWildcard(configured.Address));

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static Socket Open(int descriptor, string name)
    {
        var what = $"file descriptor {descriptor} ({name}), which systemd passes,";
        var flags = fcntl(descriptor, GetDescriptorFlags, 0);
        if (flags < 0 || fcntl(descriptor, SetDescriptorFlags, flags | CloseOnExec) < 0)
        {
            throw new InvalidOperationException($"{what} is not open; restart tidegate.socket and tidegate.service");
        }

        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            if (socket.SocketType == SocketType.Stream && socket.LocalEndPoint is IPEndPoint && IsListening(socket))
            {
                return socket;
            }
        }
        catch (SocketException)
        {
            // Some other kind of file.
        }

        throw new InvalidOperationException($"{what} is no listening TCP socket; tidegate.socket needs ListenStream= with a port or an address and a port, and Accept=no");
    }

    private static bool IsListening(Socket socket) => (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection)! != 0;

    private static string? Take(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);
}
