using Tidegate.HostFiles;

namespace Tidegate.Tls;

/// <summary>Certificates and authorities as loaded together; immutable.</summary>
internal sealed record TlsMaterial(IReadOnlyList<ServerCertificate> Servers, ClientAuthority Clients)
{
    /// <param name="options">The files.</param>
    /// <param name="before">What was in use; its authorities are kept, with what they have learned, when the file holds the same.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The client CA file holds no root, or everybody may write a file.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file does not parse, or a key does not fit its certificate.</exception>
    public static TlsMaterial Load(TlsOptions options, TlsMaterial? before)
    {
        // Here too, since files that change are loaded again without the configuration.
        if (options.Files.Select(FilePermissions.Objection).FirstOrDefault(o => o is not null) is { } objection)
        {
            throw new InvalidDataException(objection);
        }

        var servers = options.KeyPairs.Select(p => ServerCertificate.Load(p.CertificateFile, p.KeyFile)).ToList();
        var clients = ClientAuthority.Load(options.ClientCaFile);
        return new(servers, before is not null && before.Clients.IsSame(clients) ? before.Clients : clients);
    }

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
