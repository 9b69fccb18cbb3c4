using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;

namespace Tidegate.Api;

/// <summary>Who is at the other end of a unix socket, as the kernel says. Source: unix(7), SO_PEERCRED.</summary>
/// <param name="Uid">The number of the user.</param>
internal sealed record PeerIdentity(int Uid)
{
    // asm-generic/socket.h
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <exception cref="InvalidOperationException">The connection is no unix socket.</exception>
    public static PeerIdentity Of(HttpContext context)
    {
        var socket = context.Features.Get<IConnectionSocketFeature>()?.Socket ?? throw new InvalidOperationException("a connection of the admin API has no socket");

        // struct ucred: pid, uid, gid.
        Span<int> credentials = stackalloc int[3];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return new(credentials[1]);
    }
}
