namespace Tidegate.Tls;

/// <summary>The certificates of the proxy's listener.</summary>
/// <param name="KeyPairs">At least one; the first serves clients whose server name no certificate matches.</param>
/// <param name="ClientCaFile">PEM bundle.</param>
internal sealed record TlsOptions(IReadOnlyList<KeyPairFiles> KeyPairs, string ClientCaFile)
{
    /// <summary>All of them.</summary>
    public IEnumerable<string> Files => KeyPairs.SelectMany(p => new[] { p.CertificateFile, p.KeyFile }).Append(ClientCaFile);
}

/// <summary>Paths of a PEM certificate and its PEM key.</summary>
internal sealed record KeyPairFiles(string CertificateFile, string KeyFile);
