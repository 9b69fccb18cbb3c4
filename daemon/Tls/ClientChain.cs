using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Tidegate.Tls;

/// <summary>What is wrong with a client certificate, in the words of the audit record.</summary>
internal static class ClientChain
{
    public const string NotForClients = "the certificate is not meant for TLS client authentication (extended key usage clientAuth)";

    /// <summary>The verdict of a handshake, which has built the chain.</summary>
    /// <returns>Null when the certificate is good.</returns>
    public static string? Refusal(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors) => (leaf, errors) switch
    {
        (null, _) => "no client certificate",
        (_, SslPolicyErrors.None) => IsForClients(leaf) ? null : NotForClients,
        _ => Describe(chain?.ChainStatus.FirstOrDefault(s => s.Status != X509ChainStatusFlags.NoError) ?? default, errors.ToString()),
    };

    /// <summary>
    /// The verdict on a certificate whose connection is open. That the certificate itself has expired meanwhile is not looked at: whether that ends what is open is
    /// the person's roles' business (<c>disconnect_expired_cert</c>).
    /// </summary>
    /// <returns>Null when the certificate still is good.</returns>
    public static string? RefusalNow(X509Certificate2 leaf, X509Chain chain)
    {
        if (chain.Build(leaf))
        {
            return IsForClients(leaf) ? null : NotForClients;
        }

        var faults = chain.ChainStatus.Where(s => s.Status is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid))
            .Concat(chain.ChainElements.Skip(1).SelectMany(e => e.ChainElementStatus).Where(s => s.Status == X509ChainStatusFlags.NotTimeValid))
            .ToList();
        var hasOnlyExpired = faults.Count == 0 && chain.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid);
        return hasOnlyExpired && IsForClients(leaf) ? null : Describe(faults.FirstOrDefault(), "the certificate is no longer accepted");
    }

    /// <summary>
    /// Whether the certificate says that it is meant for client authentication. A chain policy lets a certificate without any extended
    /// key usage pass; the gate asks for the usage itself.
    /// </summary>
    private static bool IsForClients(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509EnhancedKeyUsageExtension usage)
            {
                return usage.EnhancedKeyUsages[ClientAuthority.ClientAuthentication] is not null;
            }
        }

        return false;
    }

    private static string Describe(X509ChainStatus status, string otherwise) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => "the certificate has expired or is not valid yet",
        X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot => "the certificate was not issued by an authority in client_ca_file",
        X509ChainStatusFlags.NotValidForUsage => NotForClients,
        X509ChainStatusFlags.NotSignatureValid => "the certificate's signature is wrong",
        X509ChainStatusFlags.NoError => otherwise,
        _ => $"{status.Status}: {status.StatusInformation?.Trim()}",
    };
}
