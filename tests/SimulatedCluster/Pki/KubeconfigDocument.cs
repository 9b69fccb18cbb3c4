using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tidegate.Simulation.Pki;

/// <summary>Kubeconfig files with everything inline.</summary>
internal static class KubeconfigDocument
{
    public static string WithToken(string name, string server, string authorityPem, string token) =>
        Compose(name, server, authorityPem, $"    token: {token}\n");

    public static string WithCertificate(string name, string server, string authorityPem, X509Certificate2 certificate)
    {
        using System.Security.Cryptography.ECDsa key = certificate.GetECDsaPrivateKey()!;
        return Compose(
            name,
            server,
            authorityPem,
            $"    client-certificate-data: {Base64(certificate.ExportCertificatePem())}\n    client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}\n");
    }

    private static string Compose(string name, string server, string authorityPem, string credential) =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: {name}
        clusters:
        - name: {name}
          cluster:
            server: {server}
            certificate-authority-data: {Base64(authorityPem)}
        contexts:
        - name: {name}
          context:
            cluster: {name}
            user: {name}
        users:
        - name: {name}
          user:

        """ + credential;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
