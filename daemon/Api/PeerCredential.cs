using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace Tidegate.Api;

/// <summary>Who is at the other end of a unix socket, as the kernel says (SO_PEERCRED of unix(7)).</summary>
internal static class PeerCredential
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <returns>The user's number; null when the connection is no unix socket.</returns>
    public static int? Of(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { AddressFamily: AddressFamily.Unix } socket)
        {
            return null;
        }

        // struct ucred: pid, uid, gid.
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BinaryPrimitives.ReadInt32LittleEndian(credentials[sizeof(int)..]);
    }
}
