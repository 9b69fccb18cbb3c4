using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>
/// A loopback port for programs that must be told theirs. It is this process's until it ends: below the ports that the kernel gives to outgoing connections
/// and to listeners that ask for any, and claimed by a lock that other test processes respect. A port that the kernel chose and that was closed again
/// may be somebody else's before the program listens.
/// </summary>
internal static class FreePort
{
    private const int Lowest = 10_000;

    private static readonly string Claims = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tidegate-test-ports")).FullName;
    private static readonly List<FileStream> Claimed = [];

    public static int Next()
    {
        lock (Claimed)
        {
            // Each run starts elsewhere: a port that was just in use has connections in TIME-WAIT.
            var (count, start) = (FirstOfTheKernel() - Lowest, Random.Shared.Next());
            for (var i = 0; i < count; i++)
            {
                var port = Lowest + ((start + i) % count);
                if (TryClaim(port) && IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException("no port is free");
    }

    private static int FirstOfTheKernel() =>
        int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ')[0], CultureInfo.InvariantCulture);

    private static bool TryClaim(int port)
    {
        try
        {
            Claimed.Add(new(Path.Combine(Claims, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
