using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Kubernetes;

namespace Tidegate.Upstream;

/// <summary>The TLS side of a credential: whom to trust and which certificate to show.</summary>
internal static class ClusterTrust
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key cannot be read.</exception>
    public static SslClientAuthenticationOptions OptionsFor(ClusterCredential credential)
    {
        var options = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = static (_, _, chain, errors) => UntrustedClusterException.ThrowIfUntrusted(chain, errors, []),
        };
        if (credential.InsecureSkipTlsVerify)
        {
            // Only reached when the operator's configuration allows it and the kubeconfig asks for it.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }
        else if (credential.CertificateAuthorityPem is { } authorities)
        {
            var policy = TrustOnly(authorities);
            options.CertificateChainPolicy = policy;
            options.RemoteCertificateValidationCallback =
                (_, _, chain, errors) => UntrustedClusterException.ThrowIfUntrusted(chain, errors, policy.CustomTrustStore);
        }

        if (credential.ClientCertificatePem is { } certificate && credential.ClientKeyPem is { } key)
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }

        return options;
    }

    private static X509ChainPolicy TrustOnly(string authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.ImportFromPem(authorities);
        return policy;
    }
}
