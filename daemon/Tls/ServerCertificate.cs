using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>One load of a pair of <c>https_keypairs</c>.</summary>
internal sealed class ServerCertificate
{
    private ServerCertificate(X509Certificate2 certificate, SslStreamCertificateContext context)
    {
        Certificate = certificate;
        Context = context;
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with its chain, built once.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Reads a PEM certificate (with its intermediates after it) and its PEM key.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file holds a block that would be passed over.</exception>
    /// <exception cref="CryptographicException">They do not parse or do not belong together.</exception>
    public static ServerCertificate Load(string certificateFile, string keyFile)
    {
        var (certificates, key) = (PemFile.Read(certificateFile), PemFile.Read(keyFile));
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificates, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            return new(leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // A key of another pair is an argument error to the platform.
            throw new CryptographicException($"{certificateFile} and {keyFile} do not load as a PEM certificate and its key: {e.Message}", e);
        }
    }

    /// <summary>Whether the certificate is for this name: a DNS name, with a leading wildcard label if it has one.</summary>
    public bool Matches(string hostName) => hostName.Length > 0 && Certificate.MatchesHostname(hostName, allowWildcards: true, allowCommonName: false);
}
