using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>The certificate authorities whose client certificates are accepted: one load of <c>client_ca_file</c>.</summary>
internal sealed class ClientAuthority
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Only an authority in the file can make one, so that nobody else fills this; the bound is for its mistakes.
    private const int MostIntermediates = 200;

    private readonly Lock learning = new();
    private volatile X509ChainPolicy policy;

    private ClientAuthority(X509ChainPolicy policy) => this.policy = policy;

    /// <summary>Trusts these roots and nothing else; no revocation lists, no downloads; usage "TLS client authentication".</summary>
    public X509ChainPolicy ChainPolicy => policy;

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
    /// Remembers the intermediates of a chain that was accepted. A client sends them once; when it resumes its TLS session, the server knows
    /// the leaf alone and could build no chain.
    /// </summary>
    public void Learn(X509Chain chain)
    {
        for (var i = 1; i < chain.ChainElements.Count - 1; i++)
        {
            Learn(chain.ChainElements[i].Certificate);
        }
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

    private void Learn(X509Certificate2 intermediate)
    {
        if (policy.ExtraStore.Contains(intermediate))
        {
            return;
        }

        lock (learning)
        {
            if (policy.ExtraStore.Contains(intermediate) || policy.ExtraStore.Count >= MostIntermediates)
            {
                return;
            }

            // Handshakes under way read the policy, so it is never changed; the chain's own copy of the certificate goes with the chain.
            var next = policy.Clone();
            next.ExtraStore.Add(X509CertificateLoader.LoadCertificate(intermediate.RawData));
            policy = next;
        }
    }
}
