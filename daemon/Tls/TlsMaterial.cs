namespace Tidegate.Tls;

/// <summary>Certificates and authorities as loaded together; immutable.</summary>
internal sealed record TlsMaterial(IReadOnlyList<ServerCertificate> Servers, ClientAuthority Clients)
{
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The client CA file holds no root.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not parse, or a key does not fit its certificate.</exception>
    public static TlsMaterial Load(TlsOptions options) => new(
        [.. options.KeyPairs.Select(p => ServerCertificate.Load(p.CertificateFile, p.KeyFile))],
        ClientAuthority.Load(options.ClientCaFile));

    /// <summary>The certificate for a server name, the first one when none fits or the client named none.</summary>
    public ServerCertificate For(string? serverName)
    {
        if (Servers.Count > 1 && serverName is not null)
        {
            foreach (var candidate in Servers)
            {
                if (candidate.Matches(serverName))
                {
                    return candidate;
                }
            }
        }

        return Servers[0];
    }
}
