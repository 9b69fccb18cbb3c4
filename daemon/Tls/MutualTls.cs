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
                        if (Refusal(certificate, chain, errors) is not { } reason)
                        {
                            material.Clients.Learn(chain!);
                            return true;
                        }

                        refused(new(remote, certificate?.Subject, reason));
                        return false;
                    },
                });
            },
        });

    // SslStream has built the chain with the policy above; the callback only reads its verdict, so the chain is built once.
    private static string? Refusal(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => (certificate as X509Certificate2, errors) switch
    {
        (null, _) => "no client certificate",
        ({ } leaf, SslPolicyErrors.None) when ClientAuthority.IsForClients(leaf) => null,
        (_, SslPolicyErrors.None) => "the certificate is not meant for TLS client authentication (extended key usage clientAuth)",
        _ => Describe(chain, errors),
    };

    private static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var status = chain?.ChainStatus.FirstOrDefault(s => s.Status != X509ChainStatusFlags.NoError) ?? default;
        return status.Status switch
        {
            X509ChainStatusFlags.NotTimeValid => "the certificate has expired or is not valid yet",
            X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot => "the certificate was not issued by an authority in client_ca_file",
            X509ChainStatusFlags.NotValidForUsage => "the certificate is not meant for TLS client authentication (extended key usage clientAuth)",
            X509ChainStatusFlags.NotSignatureValid => "the certificate's signature is wrong",
            X509ChainStatusFlags.NoError => errors.ToString(),
            _ => $"{status.Status}: {status.StatusInformation?.Trim()}",
        };
    }
}

/// <summary>A handshake that ended for the client certificate's sake.</summary>
/// <param name="Subject">The presented subject, untrusted text; null when no certificate came.</param>
internal sealed record RefusedClient(EndPoint? Remote, string? Subject, string Reason);
