using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

/// <summary>The fields of a kubeconfig become the credential of its cluster, as kubectl reads them.</summary>
public sealed class KubeconfigCredentialTests
{
    [Fact]
    public void Data_fields_become_the_credential()
    {
        var credential = SampleKubeconfig.Read("""
            clusters:
            - name: c
              cluster:
                server: https://c.example.com:6443/prefix
                certificate-authority-data: {CERT}
                tls-server-name: kubernetes.default
                proxy-url: http://proxy.example.com:3128
            users:
            - {name: u, user: {client-certificate-data: {CERT}, client-key-data: {KEY}, token: t, username: a, password: b}}
            contexts: [{name: x, context: {cluster: c, user: u, namespace: dev}}]
            """);

        credential.ShouldBe(new ClusterCredential(new Uri("https://c.example.com:6443/prefix"))
        {
            CertificateAuthorityPem = SampleKubeconfig.CertificatePem,
            ClientCertificatePem = SampleKubeconfig.CertificatePem,
            ClientKeyPem = SampleKubeconfig.KeyPem,
            Token = "t",
            Username = "a",
            Password = "b",
            TlsServerName = "kubernetes.default",
            ProxyUrl = new Uri("http://proxy.example.com:3128"),
        });
    }

    [Fact]
    public void The_current_context_is_taken_among_several()
    {
        var credential = SampleKubeconfig.Read("""
            clusters: [{name: a, cluster: {server: https://a.example.com}}, {name: b, cluster: {server: https://b.example.com}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: a, context: {cluster: a, user: u}}, {name: b, context: {cluster: b, user: u}}]
            current-context: b
            """);

        credential.Server.Host.ShouldBe("b.example.com");
    }

    [Theory]
    [InlineData("http://127.0.0.1:8001")]
    [InlineData("http://localhost:8001")]
    public void Plain_http_and_no_credential_are_for_loopback(string server)
    {
        var credential = SampleKubeconfig.Read($"clusters: [{{name: c, cluster: {{server: \"{server}\"}}}}]\ncontexts: [{{name: x, context: {{cluster: c}}}}]\n");

        credential.Server.ShouldBe(new Uri(server));
    }

    [Fact]
    public void An_unchecked_certificate_is_accepted_when_the_operator_says_so()
    {
        const string text = """
            clusters: [{name: c, cluster: {server: https://c.example.com, insecure-skip-tls-verify: true}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """;

        KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(text), allowInsecureSkipTlsVerify: true).Credential!.InsecureSkipTlsVerify.ShouldBeTrue();
    }

    /// <summary>kubectl takes an empty text for a field that is not there, and lets fields be that are for itself.</summary>
    [Fact]
    public void Empty_fields_and_those_for_kubectl_alone_mean_nothing()
    {
        var credential = SampleKubeconfig.Read("""
            clusters:
            - name: c
              cluster: {server: https://c.example.com, certificate-authority: "", certificate-authority-data: {CERT}, tls-server-name: "", proxy-url: "", disable-compression: true, extensions: [{name: a}]}
            users:
            - name: u
              user: {client-certificate: "", client-certificate-data: "", client-key: "", client-key-data: "", tokenFile: "", token: t, extensions: [{name: a}]}
            contexts: [{name: x, context: {cluster: c, user: u, namespace: dev, extensions: [{name: a}]}}]
            preferences: {colors: true}
            extensions: [{name: a}]
            """);

        credential.ShouldBe(new ClusterCredential(new Uri("https://c.example.com")) { CertificateAuthorityPem = SampleKubeconfig.CertificatePem, Token = "t" });
    }

    [Theory]
    [InlineData("proxy-url: https://proxy.example.com", "https://proxy.example.com/")]
    [InlineData("proxy-url: http://10.0.0.1:3128", "http://10.0.0.1:3128/")]
    [InlineData("proxy-url: ''", null)]
    public void A_proxy_is_asked_over_http_or_https(string field, string? expected) =>
        SampleKubeconfig.Read($"clusters: [{{name: c, cluster: {{server: https://c.example.com, {field}}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\ncontexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n")
            .ProxyUrl?.AbsoluteUri.ShouldBe(expected);

    [Theory]
    [InlineData("REDACTED1")]
    [InlineData("1")]
    [InlineData("DATA-OMITTED-2")]
    public void A_token_with_a_digit_is_no_mark_of_kubectl(string token) => SampleKubeconfig.Read(SampleKubeconfig.Token($"\"{token}\"")).Token.ShouldBe(token);

    /// <summary>kubectl writes it so for a user without credentials.</summary>
    [Fact]
    public void A_user_may_be_null() =>
        SampleKubeconfig.Read("clusters: [{name: c, cluster: {server: 'http://localhost:8001'}}]\nusers: [{name: u, user: null}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n")
            .Server.Port.ShouldBe(8001);
}
