using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Tidegate.Benchmarks.Programs;

namespace Tidegate.Benchmarks.Load;

/// <summary>Opens connections as kubectl's do: a full handshake each, nothing resumed. Blocking, which costs the least.</summary>
internal static class Dialer
{
    /// <param name="protocol">What is offered by ALPN; the program must take it.</param>
    public static Connection Dial(Target target, SslApplicationProtocol protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, target.Port);
            var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [protocol],
                ClientCertificateContext = target.Certificate,
                AllowTlsResume = false,

                // The client is no part of what is measured.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
            return tls.NegotiatedApplicationProtocol == protocol
                ? new(socket, tls)
                : throw new InvalidOperationException($"{target.Name} does not speak {protocol}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An open connection.</summary>
internal sealed record Connection(Socket Socket, SslStream Tls) : IDisposable
{
    /// <summary>Says good-bye as TLS asks for, so that no program has an error to handle.</summary>
    public void Close()
    {
        try
        {
            Tls.ShutdownAsync().GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // The other side was faster.
        }

        Dispose();
    }

    public void Dispose() => Tls.Dispose();
}
