using System.Buffers;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Tidegate.Kubernetes;

/// <summary>
/// Whether a text is PEM of the right sort. Looks at the armour and the outermost ASN.1 element only: reading the certificate takes over
/// 0.1 ms, too much for ten thousand clusters in one pass, so whether it is usable shows when the connection is first built.
/// </summary>
internal static class Pem
{
    /// <summary>Null, or why <paramref name="text"/> is not one or more certificates.</summary>
    public static string? CertificateError(string text)
    {
        var found = 0;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (!label.SequenceEqual("CERTIFICATE"))
            {
                return $"holds a PEM block \"{label}\" where only certificates belong";
            }

            if (!IsSequence(rest[fields.Base64Data], fields.DecodedDataLength))
            {
                return "holds a damaged certificate";
            }

            found++;
            rest = rest[fields.Location.End..];
        }

        return found == 0 ? "holds no PEM certificate (-----BEGIN CERTIFICATE-----)" : null;
    }

    /// <summary>Null, or why <paramref name="text"/> holds no usable private key. Other blocks beside the key are let be, as OpenSSL writes them.</summary>
    public static string? KeyError(string text)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label.SequenceEqual("ENCRYPTED PRIVATE KEY"))
            {
                return "holds a private key with a passphrase: the gate has nobody to ask for it, store the key without";
            }

            if (label is "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY")
            {
                return IsSequence(rest[fields.Base64Data], fields.DecodedDataLength) ? null : "holds a damaged private key";
            }

            rest = rest[fields.Location.End..];
        }

        return "holds no PEM private key (-----BEGIN PRIVATE KEY-----)";
    }

    private static bool IsSequence(ReadOnlySpan<char> base64, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return Convert.TryFromBase64Chars(base64, buffer, out var written)
                && AsnDecoder.TryReadEncodedValue(buffer.AsSpan(0, written), AsnEncodingRules.DER, out var tag, out _, out _, out var consumed)
                && consumed == written
                && tag == Asn1Tag.Sequence;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
