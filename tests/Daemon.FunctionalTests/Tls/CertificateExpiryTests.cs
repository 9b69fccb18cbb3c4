using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tidegate.Tls;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>When something is said about certificates that end.</summary>
public sealed class CertificateExpiryTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tidegate-expiry-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Thirty_seven_and_one_days_before_and_when_it_has_ended_each_once()
    {
        Said(lifetime: 365, Every(TimeSpan.FromHours(6), days: 370)).ShouldBe([30, 7, 1, -1, 30, 7, 1, -1]);
    }

    [Fact]
    public void A_start_late_says_it_once()
    {
        Said(lifetime: 365, [Start.AddDays(360), Start.AddDays(360.1)]).ShouldBe([5, 5]);
    }

    [Fact]
    public void Certificates_that_machines_renew_are_worth_no_word_before_they_end()
    {
        Said(lifetime: 1, Every(TimeSpan.FromHours(1), days: 2)).ShouldBe([-1, -1]);
    }

    private static IEnumerable<DateTimeOffset> Every(TimeSpan step, int days)
    {
        for (var now = Start; now < Start.AddDays(days); now += step)
        {
            yield return now;
        }
    }

    /// <summary>The days that were said, of the server's certificate and the client authority, which end together.</summary>
    private List<int> Said(int lifetime, IEnumerable<DateTimeOffset> moments)
    {
        var (server, key) = Issue("CN=gate", lifetime);
        var (authority, _) = Issue("CN=client authority", lifetime);
        var material = TlsMaterial.Load(new([new(Write("server.crt", server), Write("server.key", key))], Write("ca.pem", authority)), null);
        var expiry = new CertificateExpiry();
        return [.. moments.SelectMany(now => expiry.Due(material, now)).GroupBy(e => e.Certificate.Subject).SelectMany(g => g.Select(e => e.Days))];
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static (string Certificate, string Key) Issue(string subject, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(Start, Start.AddDays(days));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
