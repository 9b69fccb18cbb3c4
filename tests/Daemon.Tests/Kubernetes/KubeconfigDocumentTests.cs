using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class KubeconfigDocumentTests : IDisposable
{
    private static readonly ClusterCredential Least = new(new Uri("https://c.example.com:6443/prefix")) { Token = "t" };

    private static readonly ClusterCredential[] Credentials =
    [
        Least,
        Least with { CertificateAuthorityPem = SampleKubeconfig.CertificatePem },
        Least with { TlsServerName = "kubernetes.default" },
        Least with { ProxyUrl = new Uri("http://proxy.example.com:3128") },
        Least with { InsecureSkipTlsVerify = true },
        Least with { Token = null, ClientCertificatePem = SampleKubeconfig.CertificatePem, ClientKeyPem = SampleKubeconfig.KeyPem },
        Least with { Token = null, Username = "a", Password = "b" },
    ];

    private readonly string directory = Directory.CreateTempSubdirectory("tidegate-kubeconfig-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_is_written_is_read_again_as_the_same_credential()
    {
        foreach (var credential in Credentials)
        {
            var written = Convert.FromBase64String(KubeconfigDocument.Base64("prod", credential));

            var read = KubeconfigReader.FromGit(written, allowInsecureSkipTlsVerify: true);

            read.Problems.ShouldBeEmpty(Encoding.UTF8.GetString(written));
            read.Credential.ShouldBe(credential);
        }
    }

    [Fact]
    public void A_token_file_stays_a_file()
    {
        var (token, path) = (Path.Combine(directory, "token"), Path.Combine(directory, "config"));
        File.WriteAllText(token, "t");
        var credential = Least with { Token = null, TokenFile = token, IsOfHost = true };
        File.WriteAllBytes(path, Convert.FromBase64String(KubeconfigDocument.Base64("prod", credential)));

        var read = KubeconfigReader.FromHost(path);

        read.CurrentContext.ShouldBe("prod");
        var context = read.Contexts.ShouldHaveSingleItem();
        (context.Name, context.Credential).ShouldBe(("prod", credential));
    }

    [Fact]
    public void What_there_is_none_of_is_not_written() =>
        Encoding.UTF8.GetString(Convert.FromBase64String(KubeconfigDocument.Base64("prod", Least))).ShouldBe(
            """{"apiVersion":"v1","kind":"Config","current-context":"prod","clusters":[{"name":"prod","cluster":{"server":"https://c.example.com:6443/prefix"}}],"users":"""
            + """[{"name":"prod","user":{"token":"t"}}],"contexts":[{"name":"prod","context":{"cluster":"prod","user":"prod"}}]}""");
}
