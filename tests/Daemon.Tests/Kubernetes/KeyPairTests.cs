using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class KeyPairTests
{
    private static readonly (string Name, string Certificate, string Key)[] Pairs = [.. Make()];

    [Fact]
    public void A_key_serves_with_its_own_certificate_in_every_form_and_with_no_other()
    {
        foreach (var certificate in Pairs)
        {
            foreach (var key in Pairs)
            {
                var fits = key.Certificate == certificate.Certificate;
                (KeyPair.Error(certificate.Certificate, key.Key) is null).ShouldBe(fits, $"{key.Name} beside the certificate of {certificate.Name}");
            }
        }
    }

    [Fact]
    public void The_first_certificate_and_the_first_key_are_meant()
    {
        var (a, b) = (Pairs[0], Pairs.First(p => p.Certificate != Pairs[0].Certificate && p.Name.StartsWith("rsa", StringComparison.Ordinal)));

        KeyPair.Error(a.Certificate + "\n" + b.Certificate, a.Key).ShouldBeNull();
        KeyPair.Error(b.Certificate + "\n" + a.Certificate, a.Key).ShouldNotBeNull();
        KeyPair.Error(a.Certificate, b.Key + "\n" + a.Key).ShouldNotBeNull();
    }

    [Fact]
    public void A_key_that_is_damaged_is_an_error_and_no_crash()
    {
        var (certificate, key) = (Pairs[0].Certificate, PemEncoding.Find(Pairs[0].Key));
        var der = Convert.FromBase64String(Pairs[0].Key[key.Base64Data]);

        foreach (var length in Enumerable.Range(0, 60).Append(der.Length - 1))
        {
            KeyPair.Error(certificate, PemEncoding.WriteString(Pairs[0].Key[key.Label], der[..length])).ShouldNotBeNull();
        }
    }

    private static IEnumerable<(string Name, string Certificate, string Key)> Make()
    {
        foreach (var name in (string[])["rsa a", "rsa b"])
        {
            using var rsa = RSA.Create(2048);
            var certificate = Issue(new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            yield return ($"{name}, PKCS 1", certificate, rsa.ExportRSAPrivateKeyPem());
            yield return ($"{name}, PKCS 8", certificate, rsa.ExportPkcs8PrivateKeyPem());
        }

        foreach (var (name, curve) in ((string, ECCurve)[])[("P-256 a", ECCurve.NamedCurves.nistP256), ("P-256 b", ECCurve.NamedCurves.nistP256), ("P-384", ECCurve.NamedCurves.nistP384)])
        {
            using var key = ECDsa.Create(curve);
            var certificate = Issue(new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256));
            yield return ($"{name}, SEC 1", certificate, key.ExportECPrivateKeyPem());
            yield return ($"{name}, PKCS 8", certificate, key.ExportPkcs8PrivateKeyPem());
            yield return ($"{name}, without its point", certificate, WithoutPoint(key));
            yield return ($"{name}, behind its parameters", certificate, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key.ExportECPrivateKeyPem());
        }
    }

    private static string Issue(CertificateRequest request)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }

    /// <summary>RFC 5915 lets the public half be left out.</summary>
    private static string WithoutPoint(ECDsa key)
    {
        var whole = new AsnReader(key.ExportECPrivateKey(), AsnEncodingRules.DER).ReadSequence();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
            writer.WriteEncodedValue(whole.ReadEncodedValue().Span);
        }

        return PemEncoding.WriteString("EC PRIVATE KEY", writer.Encode());
    }
}
