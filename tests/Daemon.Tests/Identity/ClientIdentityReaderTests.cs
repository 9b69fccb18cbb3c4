using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Identity;

namespace Tidegate.Tests.Identity;

public sealed class ClientIdentityReaderTests
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string OrganizationalUnit = "2.5.4.11";
    private const string Country = "2.5.4.6";
    private static readonly DateTimeOffset NotAfter = new(2030, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public void Reads_name_organizations_and_units_in_the_certificates_order()
    {
        using var certificate = Certificate((Country, "DE"), (Organization, "z-team"), (OrganizationalUnit, "ops"), (Organization, "a-team"), (CommonName, "alice"));

        var (identity, refusal) = ClientIdentityReader.Read(certificate);

        refusal.ShouldBeNull();
        identity.ShouldNotBeNull().User.ShouldBe("alice");
        identity.Organizations.ShouldBe(["z-team", "a-team"]);
        identity.OrganizationalUnits.ShouldBe(["ops"]);
        identity.NotAfter.ShouldBe(NotAfter);
        identity.Serial.ShouldBe("0A1B2C");
        identity.Fingerprint.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)));
    }

    [Theory]
    [InlineData("system:node:n1")]
    [InlineData("j\u00f6rg")]
    [InlineData("a,b=c+d\"e\\")]
    [InlineData(" alice")]
    public void A_name_is_taken_as_it_is(string name) => Read((CommonName, name)).ShouldBe($"user {name}");

    [Fact]
    public void Without_a_name_there_is_no_identity()
    {
        const string expected = "the certificate's subject has no CN, so there is no user name";

        Read((Organization, "team")).ShouldBe(expected);
        Read((CommonName, "")).ShouldBe(expected);
        Read((CommonName, " ")).ShouldBe(expected);
        Read().ShouldBe(expected);
    }

    [Fact]
    public void Two_names_are_no_identity() => Read((CommonName, "alice"), (CommonName, "root")).ShouldBe("the certificate's subject has more than one CN");

    [Fact]
    public void An_empty_name_before_another_is_no_identity() => Read((CommonName, ""), (CommonName, "root")).ShouldBe("the certificate's subject has more than one CN");

    [Fact]
    public void An_attribute_with_several_values_is_no_identity()
    {
        using var certificate = Certificate(Subject([[(CommonName, "alice"), (Organization, "team")]]));

        ClientIdentityReader.Read(certificate).Refusal.ShouldBe("the certificate's subject has an attribute with several values (a multi-valued RDN)");
    }

    [Theory]
    [InlineData(CommonName, "alice\0.example.com")]
    [InlineData(CommonName, "alice\r\nImpersonate-User: root")]
    [InlineData(Organization, "team\u0085")]
    [InlineData(OrganizationalUnit, "\u007F")]
    public void A_control_character_is_no_identity(string attribute, string value) =>
        Read((CommonName, "alice"), (attribute, value)).ShouldBe("the certificate's subject holds a control character");

    [Theory]
    [InlineData(CommonName)]
    [InlineData(Organization)]
    public void A_value_that_is_no_text_is_no_identity(string attribute)
    {
        using var certificate = Certificate(Subject([[(attribute, null)]]));

        ClientIdentityReader.Read(certificate).Refusal.ShouldBe("the certificate's subject has a value that is no text");
    }

    private static string Read(params (string Type, string? Value)[] attributes)
    {
        using var certificate = Certificate(attributes);
        var (identity, refusal) = ClientIdentityReader.Read(certificate);
        return identity is null ? refusal.ShouldNotBeNull() : $"user {identity.User}";
    }

    private static X509Certificate2 Certificate(params (string Type, string? Value)[] attributes) => Certificate(Subject([.. attributes.Select(a => new[] { a })]));

    private static X509Certificate2 Certificate(X500DistinguishedName subject)
    {
        var request = new CertificateRequest(subject, Key, HashAlgorithmName.SHA256);
        return request.Create(
            new X500DistinguishedName("CN=authority"), X509SignatureGenerator.CreateForECDsa(Key), NotAfter.AddYears(-1), NotAfter, [0x0A, 0x1B, 0x2C]);
    }

    /// <summary>A subject written by hand: .NET's own builder refuses what these tests need. A null value becomes a bit string.</summary>
    private static X500DistinguishedName Subject((string Type, string? Value)[][] names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var name in names)
            {
                using var set = writer.PushSetOf();
                foreach (var (type, value) in name)
                {
                    using var attribute = writer.PushSequence();
                    writer.WriteObjectIdentifier(type);
                    if (value is null)
                    {
                        writer.WriteBitString([1, 2, 3]);
                    }
                    else
                    {
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                    }
                }
            }
        }

        return new(writer.Encode());
    }
}
