using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Kubernetes;

/// <summary>
/// Whether a private key is its certificate's. A key file that holds its public half, as nearly every one does, is compared by that; what is not the same there is
/// asked of the platform, whose word is final (opening an RSA key takes it a millisecond).
/// </summary>
internal static class KeyPair
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    private static readonly Asn1Tag CurveParameters = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag CurvePoint = new(TagClass.ContextSpecific, 1);

    /// <summary>Null, or why key and certificate do not serve together.</summary>
    /// <param name="certificatePem">The first certificate in it is meant, as in Go's <c>tls.X509KeyPair</c>.</param>
    /// <param name="keyPem">The first private key in it is meant.</param>
    public static string? Error(string certificatePem, string keyPem)
    {
        if (PublicHalf(keyPem) is { } half && Pem.Certificates(certificatePem) is [{ } content, ..] && content.PublicKey.Span.SequenceEqual(half))
        {
            return null;
        }

        try
        {
            X509Certificate2.CreateFromPem(certificatePem, keyPem).Dispose();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "this is not the private key of the client certificate, or one of a kind that cannot be used: give the key that the (first) certificate was made for, RSA or of a NIST curve";
        }
    }

    /// <summary>The public key as the bit string of a certificate holds it; null when the file does not say it in that form.</summary>
    private static byte[]? PublicHalf(string keyPem)
    {
        try
        {
            return Pem.FirstPrivateKey(keyPem) switch
            {
                ("RSA PRIVATE KEY", var der) => OfRsa(der),
                ("EC PRIVATE KEY", var der) => OfCurve(der),
                ("PRIVATE KEY", var der) => OfWrapped(der),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>PKCS #8 (RFC 5958).</summary>
    private static byte[]? OfWrapped(byte[] der)
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadIntegerBytes();
        var algorithm = key.ReadSequence().ReadObjectIdentifier();
        var inner = key.ReadOctetString();
        return algorithm switch
        {
            Rsa => OfRsa(inner),
            EllipticCurve => OfCurve(inner),
            _ => null,
        };
    }

    /// <summary>PKCS #1 (RFC 8017, A.1.2): modulus and public exponent.</summary>
    private static byte[] OfRsa(byte[] der)
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadIntegerBytes();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(key.ReadIntegerBytes().Span);
            writer.WriteInteger(key.ReadIntegerBytes().Span);
        }

        return writer.Encode();
    }

    /// <summary>SEC 1 (RFC 5915): the point, which may be missing.</summary>
    private static byte[]? OfCurve(byte[] der)
    {
        var key = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        key.ReadIntegerBytes();
        key.ReadOctetString();
        if (key.HasData && key.PeekTag().HasSameClassAndValue(CurveParameters))
        {
            key.ReadEncodedValue();
        }

        return key.HasData && key.PeekTag().HasSameClassAndValue(CurvePoint) ? key.ReadSequence(CurvePoint).ReadBitString(out _) : null;
    }
}
