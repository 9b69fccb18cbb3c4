using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>The certificate authorities whose client certificates are accepted: one load of <c>client_ca_file</c>.</summary>
internal sealed class ClientAuthority
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private ClientAuthority(X509ChainPolicy policy) => ChainPolicy = policy;

    /// <summary>Trusts these roots and nothing else; no revocation lists, no downloads; usage "TLS client authentication".</summary>
    public X509ChainPolicy ChainPolicy { get; }

    /// <summary>Reads a PEM bundle. Self-signed certificates are roots, the others help to build chains.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no root certificate in it.</exception>
    public static ClientAuthority Load(string file)
    {
        var bundle = new X509Certificate2Collection();
        bundle.ImportFromPem(File.ReadAllText(file));
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new(ClientAuthentication));
        foreach (var certificate in bundle)
        {
            var isRoot = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
            (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(certificate);
        }

        return policy.CustomTrustStore.Count == 0
            ? throw new InvalidDataException($"{file} holds no self-signed CA certificate; it must hold the root of the client certificates, PEM")
            : new(policy);
    }

    /// <summary>
    /// Whether the certificate says that it is meant for client authentication. A chain policy lets a certificate without any extended
    /// key usage pass; the gate asks for the usage itself.
    /// </summary>
    public static bool IsForClients(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509EnhancedKeyUsageExtension usage)
            {
                return usage.EnhancedKeyUsages[ClientAuthentication] is not null;
            }
        }

        return false;
    }
}
