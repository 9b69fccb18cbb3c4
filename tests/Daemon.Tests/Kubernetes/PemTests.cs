using System.Security.Cryptography;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class PemTests
{
    private const string NoKey = "holds no PEM private key (-----BEGIN PRIVATE KEY-----)";

    // The smallest ASN.1 sequence, and an octet string.
    private static readonly byte[] Sequence = [0x30, 0];
    private static readonly byte[] Octets = [0x04, 0];

    [Theory]
    [InlineData("PRIVATE KEY", null)]
    [InlineData("RSA PRIVATE KEY", null)]
    [InlineData("EC PRIVATE KEY", null)]
    [InlineData("DSA PRIVATE KEY", NoKey)]
    [InlineData("OPENSSH PRIVATE KEY", NoKey)]
    [InlineData("PUBLIC KEY", NoKey)]
    [InlineData("CERTIFICATE", NoKey)]
    [InlineData("ENCRYPTED PRIVATE KEY", "holds a private key with a passphrase: the gate has nobody to ask for it, store the key without")]
    public void A_private_key_is_known_by_its_label(string label, string? expected)
    {
        Pem.KeyError(PemEncoding.WriteString(label, Sequence)).ShouldBe(expected);
        if (expected is null)
        {
            Pem.KeyError(PemEncoding.WriteString(label, Octets)).ShouldBe("holds a damaged private key");
            Pem.KeyError(PemEncoding.WriteString(label, [.. Sequence, 0])).ShouldBe("holds a damaged private key");
            Pem.KeyError(PemEncoding.WriteString("EC PARAMETERS", Octets) + "\n" + PemEncoding.WriteString(label, Sequence)).ShouldBeNull();
        }
    }

    [Fact]
    public void Every_block_must_be_a_certificate()
    {
        var one = SampleKubeconfig.CertificatePem;

        Pem.CertificateError(one).ShouldBeNull();
        Pem.CertificateError(one + "\n" + one).ShouldBeNull();
        Pem.CertificateError("no PEM").ShouldBe("holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
        Pem.CertificateError(one + "\n" + SampleKubeconfig.KeyPem).ShouldBe("holds a PEM block \"PRIVATE KEY\" where only certificates belong");
        Pem.CertificateError(one + "\n" + PemEncoding.WriteString("CERTIFICATE", Sequence)).ShouldBe("holds a damaged certificate");
    }
}
