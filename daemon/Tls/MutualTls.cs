using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Tidegate.Tls;

/// <summary>
/// The proxy listener's handshake: TLS 1.2 or 1.3, a client certificate is required, and its chain is checked in the handshake against
/// the authorities of the moment. The verdict is a feature of the connection: a <see cref="ClientCertificate"/>, or the <see cref="RefusedClient"/> whose handshake is
/// completed only so that it can be told why. Without a certificate there is no connection.
/// </summary>
internal static class MutualTls
{
    /// <summary>A client that connects and says nothing holds a socket no longer than this.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <param name="listen">The endpoint.</param>
    /// <param name="tls">Where the certificates of the moment come from.</param>
    /// <param name="greeted">Told of every client that begins its handshake.</param>
    /// <param name="refused">Told of every client certificate that was refused or missing.</param>
    /// <param name="mayBeTold">Whether the handshake of one that was refused may be completed.</param>
    public static void UseMutualTls(this ListenOptions listen, TlsReloader tls, Action<ConnectionContext> greeted, Action<RefusedClient> refused, Func<BaseConnectionContext, bool> mayBeTold) =>
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = context =>
            {
                greeted(context.Connection);
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
                        if (context.Connection.Features.Get<ClientCertificate>() is not null || context.Connection.Features.Get<RefusedClient>() is not null)
                        {
                            // A verdict is given once; a second handshake on a connection has no business here.
                            return false;
                        }

                        // SslStream has built the chain with the policy above; here its verdict is only read, so the chain is built once.
                        var leaf = certificate as X509Certificate2;
                        if (ClientChain.Refusal(leaf, chain, errors) is not { } reason)
                        {
                            context.Connection.Features.Set(material.Clients.Accept(leaf!, chain!));
                            return true;
                        }

                        var client = new RefusedClient(remote, certificate?.Subject, reason);
                        refused(client);
                        context.Connection.Features.Set(client);
                        return leaf is not null && mayBeTold(context.Connection);
                    },
                });
            },
        });
}

/// <summary>A client whose certificate is not good, or missing: a feature of its connection, never changed. There is no certificate in it to make an identity of.</summary>
/// <param name="Subject">The presented subject, untrusted text; null when no certificate came.</param>
internal sealed record RefusedClient(EndPoint? Remote, string? Subject, string Reason);
