using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>A certificate that ends soon.</summary>
/// <param name="Days">Whole days that are left; below 0 when it has ended.</param>
internal readonly record struct ExpiringCertificate(X509Certificate2 Certificate, int Days);

/// <summary>
/// Which certificates in use are worth a word because they end: 30, 7 and 1 days before, and when they have. Each time once. A limit that is
/// a third of a certificate's lifetime or more says nothing about it: such certificates are renewed by machines, and later than that.
/// </summary>
internal sealed class CertificateExpiry
{
    private static readonly int[] Thresholds = [30, 7, 1, -1];

    private readonly Dictionary<string, int> said = new(StringComparer.Ordinal);

    /// <summary>Those to speak of now. Says so only once for each threshold, and once after a start.</summary>
    public IReadOnlyList<ExpiringCertificate> Due(TlsMaterial material, DateTimeOffset now)
    {
        var due = new List<ExpiringCertificate>();
        foreach (var certificate in material.Servers.Select(s => s.Certificate).Concat(material.Clients.ChainPolicy.CustomTrustStore))
        {
            var days = (int)Math.Floor((certificate.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays);
            var lifetime = (certificate.NotAfter - certificate.NotBefore).TotalDays;
            var passed = Thresholds.Count(t => days <= t && t < lifetime / 3);
            if (passed > said.GetValueOrDefault(certificate.Thumbprint))
            {
                said[certificate.Thumbprint] = passed;
                due.Add(new(certificate, days));
            }
        }

        return due;
    }
}
