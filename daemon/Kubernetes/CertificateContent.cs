using System.Formats.Asn1;

namespace Tidegate.Kubernetes;

/// <summary>
/// What a kubeconfig's checks need of an X.509 certificate, read from its DER without opening it: the platform takes over 0.1 ms for that, too much for
/// ten thousand clusters in one pass. Whether the certificate is trusted is TLS's business. Source: RFC 5280, 4.1.
/// </summary>
/// <param name="NotAfter">Null for the date that means "no end" (RFC 5280, 4.1.2.5: 9999-12-31).</param>
/// <param name="PublicKey">The content of the public key's bit string.</param>
/// <param name="IsSelfIssued">Subject and issuer are the same name, as in a root.</param>
internal sealed record CertificateContent(DateTimeOffset NotBefore, DateTimeOffset? NotAfter, ReadOnlyMemory<byte> PublicKey, bool IsSelfIssued)
{
    // UTCTime has two digits for the year: 50 to 99 are the last century's (RFC 5280, 4.1.2.5.1).
    private const int LastShortYear = 2049;

    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);

    /// <summary>Null when the bytes are no certificate.</summary>
    public static CertificateContent? Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var whole = new AsnReader(der, AsnEncodingRules.DER);
            var certificate = whole.ReadSequence();
            whole.ThrowIfNotEmpty();
            var content = certificate.ReadSequence();
            if (content.PeekTag().HasSameClassAndValue(Version))
            {
                content.ReadEncodedValue();
            }

            content.ReadIntegerBytes();
            content.ReadSequence();
            var issuer = content.ReadEncodedValue();
            var validity = content.ReadSequence();
            var (from, until) = (Time(validity), Time(validity));
            var subject = content.ReadEncodedValue();
            var key = content.ReadSequence();
            key.ReadSequence();
            return new(from, until.Year == DateTimeOffset.MaxValue.Year ? null : until, key.ReadBitString(out _), subject.Span.SequenceEqual(issuer.Span));
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static DateTimeOffset Time(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime(LastShortYear) : reader.ReadGeneralizedTime();
}
