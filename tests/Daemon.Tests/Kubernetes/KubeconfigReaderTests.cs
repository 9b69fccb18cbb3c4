using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

public sealed class KubeconfigReaderTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tidegate-kubeconfig-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Data_fields_become_the_credential()
    {
        var credential = Single("""
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
        var credential = Single("""
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
        var credential = Single($"clusters: [{{name: c, cluster: {{server: \"{server}\"}}}}]\ncontexts: [{{name: x, context: {{cluster: c}}}}]\n");

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

    [Fact]
    public void A_kubeconfig_of_the_host_gives_one_cluster_for_each_usable_context()
    {
        File.WriteAllText(Path.Combine(directory, "ca.pem"), SampleKubeconfig.CertificatePem);
        File.WriteAllText(Path.Combine(directory, "token"), "t");
        var path = Write("config", """
            clusters: [{name: c, cluster: {server: https://c.example.com, certificate-authority: ca.pem}}]
            users: [{name: u, user: {tokenFile: token}}, {name: e, user: {exec: {command: /bin/sh}}}]
            contexts:
            - {name: good, context: {cluster: c, user: u}}
            - {name: bad, context: {cluster: c, user: e}}
            - {name: missing, context: {cluster: d, user: u}}
            """);

        var read = KubeconfigReader.FromHost(path);

        var only = read.Contexts.ShouldHaveSingleItem();
        only.Name.ShouldBe("good");
        only.Credential.CertificateAuthorityPem.ShouldBe(SampleKubeconfig.CertificatePem);
        only.Credential.TokenFile.ShouldBe(Path.Combine(directory, "token"));
        read.Problems.Select(p => (p.Line, p.Message)).ShouldBe(
        [
            (2, "context \"bad\" is left out: a credential plugin would run a program on the gate's host and is never run: use a service account's token or a client certificate"),
            (6, "context \"missing\" is left out: there is no cluster \"d\" in the kubeconfig"),
        ]);
    }

    [Theory]
    [InlineData("", "the token is empty")]
    [InlineData("\n", "the token is empty")]
    [InlineData("one\ntwo\n", "the token holds a line break")]
    [InlineData("secret\0", "the token holds the character U+0000")]
    [InlineData("REDACTED\n", "kubectl has left the value out")]
    public void A_token_file_whose_content_could_not_be_sent_is_a_problem(string content, string reason)
    {
        File.WriteAllText(Path.Combine(directory, "token"), content);
        var path = Write("config", """
            clusters: [{name: c, cluster: {server: https://c.example.com}}]
            users: [{name: u, user: {tokenFile: token}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);

        var read = KubeconfigReader.FromHost(path);

        read.Contexts.ShouldBeEmpty();
        var problem = read.Problems.ShouldHaveSingleItem();
        (problem.Line, problem.Field).ShouldBe((2, "users[0].user.tokenFile"));
        problem.Message.ShouldContain($"in the file token, {reason}");
        problem.Message.ShouldNotContain("secret");
    }

    [Fact]
    public void A_missing_file_of_the_host_is_a_problem()
    {
        var problem = KubeconfigReader.FromHost(Path.Combine(directory, "absent")).Problems.ShouldHaveSingleItem();

        problem.Message.ShouldStartWith("the file cannot be read");
    }

    [Fact]
    public void A_file_that_a_manifest_names_must_lie_under_a_listed_directory()
    {
        var inside = Write("allowed/a", SampleKubeconfig.Token());
        var outside = Write("secret", SampleKubeconfig.Token());
        string[] allowed = [Path.Combine(directory, "allowed")];

        KubeconfigReader.FromDirectories(inside, allowed, false).Credential!.Token.ShouldBe("secret-token");
        Refusal(outside, allowed).ShouldContain("under none of the directories");
        Refusal(Path.Combine(directory, "allowed", "..", "secret"), allowed).ShouldContain("under none of the directories");
        Refusal(inside, []).ShouldContain("lists no directory");
        Refusal(Path.Combine(directory, "allowed", "absent"), allowed).ShouldContain("does not exist");
    }

    [Fact]
    public void A_link_does_not_lead_out_of_a_listed_directory()
    {
        Write("secret/a", SampleKubeconfig.Token());
        Write("allowed/b", SampleKubeconfig.Token());
        File.CreateSymbolicLink(Path.Combine(directory, "allowed", "file"), "../secret/a");
        File.CreateSymbolicLink(Path.Combine(directory, "allowed", "dir"), Path.Combine(directory, "secret"));
        File.CreateSymbolicLink(Path.Combine(directory, "allowed", "loop"), "loop");
        Directory.CreateSymbolicLink(Path.Combine(directory, "alias"), "allowed");
        string[] allowed = [Path.Combine(directory, "alias")];

        Refusal(Path.Combine(directory, "allowed", "file"), allowed).ShouldContain("under none of the directories");
        Refusal(Path.Combine(directory, "allowed", "dir", "a"), allowed).ShouldContain("under none of the directories");
        Refusal(Path.Combine(directory, "allowed", "loop"), allowed).ShouldContain("too many symbolic links");
        KubeconfigReader.FromDirectories(Path.Combine(directory, "alias", "b"), allowed, false).Credential.ShouldNotBeNull();
    }

    private static string Refusal(string path, string[] allowed)
    {
        var result = KubeconfigReader.FromDirectories(path, allowed, allowInsecureSkipTlsVerify: false);
        result.Credential.ShouldBeNull();
        return result.Problems.ShouldHaveSingleItem().Message;
    }

    private static ClusterCredential Single(string text)
    {
        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(SampleKubeconfig.Fill(text)), allowInsecureSkipTlsVerify: false);
        result.Problems.ShouldBeEmpty();
        return result.Credential.ShouldNotBeNull();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
