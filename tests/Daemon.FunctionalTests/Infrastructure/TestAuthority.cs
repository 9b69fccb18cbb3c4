using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.FunctionalTests.Infrastructure;

/// <summary>A certificate authority for one test run, and the certificates it issues.</summary>
public sealed class TestAuthority
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddHours(-1);

    private readonly X509Certificate2 root;

    /// <param name="parent">Issues this authority's certificate; null for a root.</param>
    /// <param name="renewed">The authority whose name and key this one goes on with; or only its name and serial number, with <paramref name="anotherKey"/>.</param>
    public TestAuthority(string name, TestAuthority? parent = null, TestAuthority? renewed = null, bool anotherKey = false)
    {
        using var key = renewed is null || anotherKey ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : renewed.root.GetECDsaPrivateKey()!;
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (anotherKey && renewed is not null)
        {
            using var made = request.Create(
                request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), From, From.AddDays(30), renewed.root.SerialNumberBytes.Span);
            root = made.CopyWithPrivateKey(key);
            return;
        }

        if (parent is null)
        {
            root = request.CreateSelfSigned(From, From.AddDays(30));
            return;
        }

        using var certificate = request.Create(
            parent.root.SubjectName, X509SignatureGenerator.CreateForECDsa(parent.root.GetECDsaPrivateKey()!), From, From.AddDays(29), RandomNumberGenerator.GetBytes(12));
        root = certificate.CopyWithPrivateKey(key);
    }

    /// <summary>This authority's certificate.</summary>
    public X509Certificate2 Certificate => root;

    public string Pem => root.ExportCertificatePem();

    /// <summary>A server certificate for loopback.</summary>
    /// <param name="days">How long it is valid; less than 0: it ended that long ago.</param>
    public (string CertificatePem, string KeyPem) IssueServer(string name = "localhost", int days = 30)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        return Issue(new X500DistinguishedName($"CN={name}"), "1.3.6.1.5.5.7.3.1", names, days);
    }

    /// <summary>A client certificate; <paramref name="subject"/> as a distinguished name.</summary>
    public (string CertificatePem, string KeyPem) IssueClient(string subject, string? usage = "1.3.6.1.5.5.7.3.2", int days = 20) =>
        Issue(new X500DistinguishedName(subject), usage, null, days);

    /// <summary>The same, ready for use in this process.</summary>
    public X509Certificate2 IssueClientCertificate(
        string subject, string? usage = "1.3.6.1.5.5.7.3.2", int days = 20, TimeSpan? lifetime = null)
    {
        var (certificate, key) = Issue(new X500DistinguishedName(subject), usage, null, days, lifetime);
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    /// <summary>A client certificate whose subject is one set of attributes, a multi-valued RDN, which names in text form cannot express here.</summary>
    public X509Certificate2 IssueMultiValued(params (string Oid, string Value)[] attributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        {
            foreach (var (oid, value) in attributes)
            {
                using var _ = writer.PushSequence();
                writer.WriteObjectIdentifier(oid);
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
            }
        }

        var (certificate, key) = Issue(new X500DistinguishedName(writer.Encode()), "1.3.6.1.5.5.7.3.2", null, 20);
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    /// <summary>This authority's own certificate and key.</summary>
    public (string CertificatePem, string KeyPem) SelfSigned() => (Pem, root.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    private (string CertificatePem, string KeyPem) Issue(
        X500DistinguishedName subject, string? usage, SubjectAlternativeNameBuilder? names, int days, TimeSpan? lifetime = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
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
        var notAfter = lifetime is { } left ? DateTimeOffset.UtcNow + left : From.AddDays(days);
        using var certificate = request.Create(
            root.SubjectName, X509SignatureGenerator.CreateForECDsa(root.GetECDsaPrivateKey()!), notBefore, notAfter, RandomNumberGenerator.GetBytes(12));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
