using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;

namespace Tidegate.Api;

/// <summary>Who is at the other end of a unix socket, as the kernel says. Source: unix(7), SO_PEERCRED.</summary>
internal static class PeerIdentity
{
    // asm-generic/socket.h
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>For the log: user and process number.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return "somebody";
        }

        // struct ucred: pid, uid, gid.
        Span<int> credentials = stackalloc int[3];
        socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials));
        return $"user {credentials[1]} (process {credentials[0]})";
    }
}
