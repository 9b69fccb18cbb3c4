using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

/// <summary>A certificate and key made once for the run, and kubeconfigs with them.</summary>
internal static class SampleKubeconfig
{
    static SampleKubeconfig()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        CertificatePem = certificate.ExportCertificatePem();
        KeyPem = key.ExportPkcs8PrivateKeyPem();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        OtherKeyPem = other.ExportPkcs8PrivateKeyPem();
    }

    public static string CertificatePem { get; }

    public static string KeyPem { get; }

    /// <summary>The key of no certificate here.</summary>
    public static string OtherKeyPem { get; }

    public static string Token(string token = "secret-token") => $$"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: one
          cluster: {server: "https://one.example.com:6443", certificate-authority-data: {{Base64(CertificatePem)}}}
        users:
        - name: gate
          user: {token: {{token}}}
        contexts:
        - name: one
          context: {cluster: one, user: gate}
        current-context: one
        """;

    /// <summary>Puts the sample's data where a table writes <c>{CERT}</c>, <c>{KEY}</c>, <c>{OTHERKEY}</c>, <c>{JOINED}</c> (two certificates without a line break between), <c>{CUT}</c> (the second one cut off; base64 of PEM) and <c>{KUBECONFIG}</c> (base64 of a kubeconfig).</summary>
    public static string Fill(string text) => text
        .Replace("{CERT}", Base64(CertificatePem), StringComparison.Ordinal)
        .Replace("{KEY}", Base64(KeyPem), StringComparison.Ordinal)
        .Replace("{JOINED}", Base64(CertificatePem.TrimEnd() + CertificatePem), StringComparison.Ordinal)
        .Replace("{CUT}", Base64(CertificatePem.TrimEnd() + "\n" + CertificatePem[..100]), StringComparison.Ordinal)
        .Replace("{OTHERKEY}", Base64(OtherKeyPem), StringComparison.Ordinal)
        .Replace("{KUBECONFIG}", Base64(Token()), StringComparison.Ordinal);

    /// <summary>The credential of a text as <see cref="Fill"/> takes it, in which nothing may be wrong.</summary>
    public static ClusterCredential Read(string text)
    {
        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(Fill(text)), allowInsecureSkipTlsVerify: false);
        result.Problems.ShouldBeEmpty();
        return result.Credential.ShouldNotBeNull();
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
