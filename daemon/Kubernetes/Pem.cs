using System.Formats.Asn1;
using System.Security.Cryptography;
using Tidegate.Values;

namespace Tidegate.Kubernetes;

/// <summary>
/// Whether a text is PEM of the right sort. Certificates are read as <see cref="CertificateContent"/> reads them, of keys only the outermost ASN.1 element is
/// looked at: what the platform takes to open one is too much for ten thousand clusters in one pass.
/// </summary>
internal static class Pem
{
    private const string Passphrase = "holds a private key with a passphrase: the gate has nobody to ask for it, store the key without";

    /// <summary>Null, or why <paramref name="text"/> is not one or more certificates.</summary>
    public static string? CertificateError(string text)
    {
        if (PemBlocks.Damage(text) is { } damage)
        {
            return damage;
        }

        var isEmpty = true;
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (!label.SequenceEqual("CERTIFICATE"))
            {
                return $"holds a PEM block \"{label}\" where only certificates belong";
            }

            if (Decode(rest[fields.Base64Data], fields.DecodedDataLength) is not { } der || CertificateContent.Read(der) is null)
            {
                return "holds a damaged certificate";
            }

            isEmpty = false;
            rest = rest[fields.Location.End..];
        }

        return isEmpty ? "holds no PEM certificate (-----BEGIN CERTIFICATE-----)" : null;
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
                return Passphrase;
            }

            if (label is "PRIVATE KEY" or "RSA PRIVATE KEY" or "EC PRIVATE KEY")
            {
                return IsSequence(rest[fields.Base64Data], fields.DecodedDataLength) ? null : "holds a damaged private key";
            }

            rest = rest[fields.Location.End..];
        }

        return text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
            ? Passphrase
            : PemBlocks.Damage(text) ?? "holds no PEM private key (-----BEGIN PRIVATE KEY-----)";
    }

    /// <summary>The certificates in their order; what is none is left out.</summary>
    public static List<CertificateContent> Certificates(string text)
    {
        var found = new List<CertificateContent>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (Decode(rest[fields.Base64Data], fields.DecodedDataLength) is { } der && CertificateContent.Read(der) is { } certificate)
            {
                found.Add(certificate);
            }

            rest = rest[fields.Location.End..];
        }

        return found;
    }

    /// <summary>Label and content of the first block with a private key; null when there is none.</summary>
    public static (string Label, byte[] Content)? FirstPrivateKey(string text)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal) && Decode(rest[fields.Base64Data], fields.DecodedDataLength) is { } content)
            {
                return (label.ToString(), content);
            }

            rest = rest[fields.Location.End..];
        }

        return null;
    }

    /// <summary>A block's content; null when it is no base64.</summary>
    /// <param name="length">Of the content, in bytes.</param>
    private static byte[]? Decode(ReadOnlySpan<char> base64, int length)
    {
        var content = new byte[length];
        return Convert.TryFromBase64Chars(base64, content, out var written) && written == length ? content : null;
    }

    private static bool IsSequence(ReadOnlySpan<char> base64, int length)
    {
        var content = Decode(base64, length);
        try
        {
            return content is not null
                && AsnDecoder.TryReadEncodedValue(content, AsnEncodingRules.DER, out var tag, out _, out _, out var consumed)
                && consumed == content.Length
                && tag == Asn1Tag.Sequence;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
