using System.Net.Sockets;
using System.Security.Cryptography;
using Tidegate.Store;

namespace Tidegate;

/// <summary>The daemon cannot start; the message says why.</summary>
internal sealed class StartException(string message) : Exception(message)
{
    /// <summary>Whether the host, the files or the network are to blame; anything else is a fault of this program and shows its stack.</summary>
    public static bool IsStartFailure(Exception e) =>
        e is StartException or StoreException or IOException or InvalidDataException or InvalidOperationException or UnauthorizedAccessException or SocketException or CryptographicException;
}
