using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Tidegate.Tls;

/// <summary>
/// The proxy listener's handshake: TLS 1.2 or 1.3, a client certificate is required, and its chain is checked in the handshake against
/// the authorities of the moment. Nobody without a good certificate gets to speak HTTP.
/// </summary>
internal static class MutualTls
{
    /// <summary>A client that connects and says nothing holds a socket no longer than this.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <param name="listen">The endpoint.</param>
    /// <param name="tls">Where the certificates of the moment come from.</param>
    /// <param name="refused">Told of every client certificate that was refused or missing.</param>
    public static void UseMutualTls(this ListenOptions listen, TlsReloader tls, Action<RefusedClient> refused) =>
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = context =>
            {
                var material = tls.Current;
                var remote = context.Connection.RemoteEndPoint;
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ServerCertificateContext = material.For(context.ClientHelloInfo.ServerName).Context,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = material.Clients.ChainPolicy,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        // SslStream has built the chain with the policy above; here its verdict is only read, so the chain is built once.
                        var leaf = certificate as X509Certificate2;
                        if (ClientChain.Refusal(leaf, chain, errors) is not { } reason)
                        {
                            context.Connection.Features.Set(material.Clients.Accept(leaf!, chain!));
                            return true;
                        }

                        refused(new(remote, certificate?.Subject, reason));
                        return false;
                    },
                });
            },
        });
}

/// <summary>A handshake that ended for the client certificate's sake.</summary>
/// <param name="Subject">The presented subject, untrusted text; null when no certificate came.</param>
internal sealed record RefusedClient(EndPoint? Remote, string? Subject, string Reason);
