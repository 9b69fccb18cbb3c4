using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>A certificate authority for one test run, and the certificates it issues.</summary>
public sealed class TestAuthority
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddHours(-1);

    private readonly X509Certificate2 root;

    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(From, From.AddDays(30));
    }

    public string Pem => root.ExportCertificatePem();

    /// <summary>A server certificate for loopback.</summary>
    public (string CertificatePem, string KeyPem) IssueServer(string name = "localhost")
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        return Issue($"CN={name}", "1.3.6.1.5.5.7.3.1", names, 30);
    }

    /// <summary>A client certificate; <paramref name="subject"/> as a distinguished name.</summary>
    public (string CertificatePem, string KeyPem) IssueClient(string subject, string? usage = "1.3.6.1.5.5.7.3.2", int days = 20) =>
        Issue(subject, usage, null, days);

    /// <summary>The same, ready for use in this process.</summary>
    public X509Certificate2 IssueClientCertificate(string subject, string? usage = "1.3.6.1.5.5.7.3.2", int days = 20)
    {
        var (certificate, key) = IssueClient(subject, usage, days);
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    private (string CertificatePem, string KeyPem) Issue(string subject, string? usage, SubjectAlternativeNameBuilder? names, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }

        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        var notBefore = days < 0 ? From.AddDays(days - 1) : From;
        using var certificate = request.Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(root.GetECDsaPrivateKey()!), notBefore, From.AddDays(days), RandomNumberGenerator.GetBytes(12));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
