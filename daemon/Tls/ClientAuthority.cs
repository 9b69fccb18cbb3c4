using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>The certificate authorities whose client certificates are accepted: one load of <c>client_ca_file</c>.</summary>
internal sealed class ClientAuthority
{
    /// <summary>The extended key usage that a client certificate must name (RFC 5280, 4.2.1.12).</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Only an authority in the file can make one, so that nobody else fills this; the bound is for its mistakes.
    private const int MostIntermediates = 200;

    private readonly Lock learning = new();
    private readonly X509ChainPolicy loaded;
    private volatile X509ChainPolicy policy;

    private ClientAuthority(X509ChainPolicy loaded) => policy = this.loaded = loaded;

    /// <summary>Trusts these roots and nothing else; no revocation lists, no downloads; usage "TLS client authentication".</summary>
    public X509ChainPolicy ChainPolicy => policy;

    /// <summary>Reads a PEM bundle. Self-signed certificates are roots, the others help to build chains.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no root certificate in it, or a certificate that cannot be read.</exception>
    public static ClientAuthority Load(string file)
    {
        var bundle = Import(file);
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

    private static X509Certificate2Collection Import(string file)
    {
        var bundle = new X509Certificate2Collection();
        try
        {
            bundle.ImportFromPem(PemFile.Read(file));
            return bundle;
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{file} holds a damaged certificate: {e.Message}", e);
        }
    }

    /// <summary>Whether the other load found the same certificates.</summary>
    public bool IsSame(ClientAuthority other) =>
        IsSame(loaded.CustomTrustStore, other.loaded.CustomTrustStore) && IsSame(loaded.ExtraStore, other.loaded.ExtraStore);

    /// <summary>
    /// Takes over a chain that a handshake accepted, and remembers its intermediates. A client sends them once; when it resumes its TLS session, the server knows the
    /// leaf alone and could build no chain.
    /// </summary>
    public ClientCertificate Accept(X509Certificate2 leaf, X509Chain chain)
    {
        var brought = new List<X509Certificate2>();
        for (var i = 1; i < chain.ChainElements.Count - 1; i++)
        {
            if (Find(chain.ChainElements[i].Certificate, loaded.ExtraStore) is null)
            {
                brought.Add(Learn(chain.ChainElements[i].Certificate));
            }
        }

        return new(leaf, leaf.RawDataMemory, string.Join(' ', brought.Prepend(leaf).Select(c => c.GetCertHashString(HashAlgorithmName.SHA256))), brought, this);
    }

    /// <summary>Asks again about a certificate that another load of the file accepted.</summary>
    /// <returns>Why it is not accepted; null when it is.</returns>
    public string? Refusal(ClientCertificate certificate)
    {
        using var chain = new X509Chain { ChainPolicy = loaded.Clone() };
        foreach (var intermediate in certificate.Intermediates)
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate);
        }

        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(certificate.Raw.Span);
            return ClientChain.RefusalNow(leaf, chain);
        }
        catch (CryptographicException e)
        {
            return e.Message;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    /// <returns>A copy that lasts: the chain's own certificates go with the chain.</returns>
    private X509Certificate2 Learn(X509Certificate2 intermediate)
    {
        lock (learning)
        {
            if (Find(intermediate, policy.ExtraStore) is { } known)
            {
                return known;
            }

            var copy = X509CertificateLoader.LoadCertificate(intermediate.RawData);
            if (policy.ExtraStore.Count < MostIntermediates)
            {
                // Handshakes under way read the policy, so it is never changed.
                var next = policy.Clone();
                next.ExtraStore.Add(copy);
                policy = next;
            }

            return copy;
        }
    }

    private static bool IsSame(X509Certificate2Collection one, X509Certificate2Collection other) =>
        one.Count == other.Count && one.All(c => Find(c, other) is not null);

    // By all of it: to the platform two certificates are equal when they have an issuer and a number in common, as those of an authority that was made anew may.
    private static X509Certificate2? Find(X509Certificate2 certificate, X509Certificate2Collection among) =>
        among.FirstOrDefault(c => c.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
}
