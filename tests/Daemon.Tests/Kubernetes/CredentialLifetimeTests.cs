using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class CredentialLifetimeTests
{
    private const string Token2020 = "e30.eyJleHAiOjE2MDAwMDAwMDB9.c2ln";

    private static readonly ClusterCredential None = new(new Uri("https://c.example.com"));
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_says_of_no_end_has_none()
    {
        var credential = None with { Token = "opaque", Username = "a", Password = "b", TokenFile = "/absent" };

        CredentialLifetime.Of(credential).ShouldBe(CredentialLifetime.Of(None));
        CredentialLifetime.Of(credential).Ends.ShouldBeNull();
        CredentialLifetime.Of(credential).NextTurn(Start).ShouldBeNull();
    }

    [Fact]
    public void The_first_part_to_end_ends_the_credential()
    {
        var credential = None with { Token = Token2020, ClientCertificatePem = Certificate(0, 100), CertificateAuthorityPem = Certificate(0, 50) };

        var lifetime = CredentialLifetime.Of(credential);

        lifetime.Periods.Select(p => p.Part).ShouldBe([CredentialPart.Token, CredentialPart.ClientCertificate, CredentialPart.CertificateAuthority]);
        lifetime.Ends.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_600_000_000));
        CredentialLifetime.Of(credential with { Token = null }).Ends.ShouldBe(Start.AddDays(50));
    }

    [Fact]
    public void A_client_certificate_ends_with_the_first_of_its_chain_but_not_with_a_root_that_was_sent_along()
    {
        var withIntermediate = Certificate(0, 100) + "\n" + Certificate(1, 30, issuer: "CN=root");
        var withRoot = withIntermediate + "\n" + Certificate(-9, 2, issuer: "");

        OfClient(withIntermediate).ShouldBe(new(CredentialPart.ClientCertificate, Start.AddDays(1), Start.AddDays(30)));
        OfClient(withRoot).ShouldBe(OfClient(withIntermediate));
    }

    [Fact]
    public void Of_several_authorities_the_last_one_counts_as_while_they_are_replaced()
    {
        var credential = None with { CertificateAuthorityPem = Certificate(-900, -10) + "\n" + Certificate(0, 100) };

        CredentialLifetime.Of(credential).Periods.ShouldHaveSingleItem().ShouldBe(new(CredentialPart.CertificateAuthority, Start.AddDays(-900), Start.AddDays(100)));
    }

    [Theory]
    [InlineData(1949, 2051)]
    [InlineData(1970, 2049)]
    [InlineData(2050, 3000)]
    public void A_certificate_says_when_it_is_good_as_the_platform_reads_it(int from, int until)
    {
        var pem = Certificate(new DateTimeOffset(from, 6, 1, 1, 2, 3, TimeSpan.Zero), new DateTimeOffset(until, 6, 1, 4, 5, 6, TimeSpan.Zero));
        using var platform = X509Certificate2.CreateFromPem(pem);

        var content = Pem.Certificates(pem).ShouldHaveSingleItem();

        (content.NotBefore, content.NotAfter).ShouldBe((new DateTimeOffset(platform.NotBefore), new DateTimeOffset(platform.NotAfter)));
        content.PublicKey.ToArray().ShouldBe(platform.PublicKey.EncodedKeyValue.RawData);
    }

    [Fact]
    public void The_last_day_of_the_calendar_is_no_end()
    {
        var pem = Certificate(Start, new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero));

        OfClient(pem).ShouldBe(new(CredentialPart.ClientCertificate, Start, null));
    }

    [Fact]
    public void Bytes_that_are_cut_off_anywhere_are_no_certificate()
    {
        using var whole = X509Certificate2.CreateFromPem(Certificate(0, 10));
        var der = whole.RawData;

        CertificateContent.Read(der).ShouldNotBeNull();
        CertificateContent.Read((byte[])[.. der, 0]).ShouldBeNull();
        foreach (var length in Enumerable.Range(0, der.Length))
        {
            CertificateContent.Read(der.AsMemory(0, length)).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(-1, CredentialPhase.NotYet, 0)]
    [InlineData(0, CredentialPhase.Good, 86)]
    [InlineData(85, CredentialPhase.Good, 86)]
    [InlineData(86, CredentialPhase.EndsSoon, 100)]
    [InlineData(99, CredentialPhase.EndsSoon, 100)]
    [InlineData(100, CredentialPhase.Ended, null)]
    [InlineData(10_000, CredentialPhase.Ended, null)]
    public void A_credential_is_warned_of_from_14_days_before_its_end(int day, object phase, int? turn)
    {
        var lifetime = CredentialLifetime.Of(None with { ClientCertificatePem = Certificate(0, 100) });

        var period = lifetime.Periods.ShouldHaveSingleItem();
        period.At(Start.AddDays(day)).ShouldBe((CredentialPhase)phase);
        (period.Warning(Start.AddDays(day)) is null).ShouldBe((CredentialPhase)phase == CredentialPhase.Good);
        lifetime.NextTurn(Start.AddDays(day)).ShouldBe(turn is { } days ? Start.AddDays(days) : null);
    }

    public static IEnumerable<object[]> Warnings() => CaseTable.Read("Kubernetes/credential-warnings.tsv", 4);

    [Theory]
    [MemberData(nameof(Warnings))]
    public void A_warning_names_the_part_the_time_and_what_follows(string part, string from, string until, string expected)
    {
        var period = new CredentialPeriod(Enum.Parse<CredentialPart>(part), Day(from), Day(until));

        period.Warning(Start).ShouldBe(expected == "-" ? null : $"the {period.Noun} of the kubeconfig {expected}");
    }

    [Fact]
    public void A_credential_is_as_bad_as_its_worst_part()
    {
        var (good, soon) = (Period(null, 90), Period(null, 5));
        var (notYet, ended) = (Period(1, 90), Period(null, -1));

        Phase().ShouldBe(CredentialPhase.Good);
        Phase(good, good).ShouldBe(CredentialPhase.Good);
        Phase(good, soon).ShouldBe(CredentialPhase.EndsSoon);
        Phase(soon, good).ShouldBe(CredentialPhase.EndsSoon);
        Phase(notYet, soon).ShouldBe(CredentialPhase.NotYet);
        Phase(good, ended, notYet).ShouldBe(CredentialPhase.Ended);

        static CredentialPhase Phase(params CredentialPeriod[] periods) => new CredentialLifetime([.. periods]).PhaseAt(Start);

        static CredentialPeriod Period(int? from, int until) => new(CredentialPart.Token, from is { } days ? Start.AddDays(days) : null, Start.AddDays(until));
    }

    [Fact]
    public void An_authority_without_end_among_others_never_ends()
    {
        var endless = Certificate(Start, new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero));
        var credential = None with { CertificateAuthorityPem = Certificate(-9, 100) + "\n" + endless };

        CredentialLifetime.Of(credential).Periods.ShouldHaveSingleItem().ShouldBe(new(CredentialPart.CertificateAuthority, Start.AddDays(-9), null));
    }

    [Fact]
    public void What_is_no_certificate_says_nothing_of_an_end() =>
        CredentialLifetime.Of(None with { ClientCertificatePem = "no PEM", CertificateAuthorityPem = "no PEM" }).Periods.ShouldBeEmpty();

    [Fact]
    public void The_first_days_of_the_calendar_have_no_days_before()
    {
        var period = new CredentialPeriod(CredentialPart.ClientCertificate, null, DateTimeOffset.MinValue.AddDays(3));

        period.Warns.ShouldBe(period.Until);
        new CredentialLifetime([period]).NextTurn(DateTimeOffset.MinValue).ShouldBe(period.Until);
    }

    private static DateTimeOffset? Day(string cell) => cell == "-" ? null : Start.AddDays(int.Parse(cell, CultureInfo.InvariantCulture));

    private static CredentialPeriod OfClient(string pem) => CredentialLifetime.Of(None with { ClientCertificatePem = pem }).Periods.ShouldHaveSingleItem();

    private static string Certificate(int from, int until, string issuer = "CN=issuer") => Certificate(Start.AddDays(from), Start.AddDays(until), issuer);

    /// <param name="issuer">Empty: the certificate is its own issuer.</param>
    private static string Certificate(DateTimeOffset from, DateTimeOffset until, string issuer = "CN=issuer")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=subject", key, HashAlgorithmName.SHA256);
        var name = issuer.Length == 0 ? request.SubjectName : new X500DistinguishedName(issuer);
        using var certificate = request.Create(name, X509SignatureGenerator.CreateForECDsa(key), from, until, [1]);
        return certificate.ExportCertificatePem();
    }
}
