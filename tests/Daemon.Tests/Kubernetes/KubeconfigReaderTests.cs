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
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Certificates_and_keys_may_have_any_line_ends(string ends)
    {
        var (certificate, key) = (With(SampleKubeconfig.CertificatePem), With(SampleKubeconfig.KeyPem));
        var data = $"clusters: [{{name: c, cluster: {{server: \"https://c.example.com\", certificate-authority-data: {SampleKubeconfig.Base64(certificate)}}}}}]\n"
            + $"users: [{{name: u, user: {{client-certificate-data: {SampleKubeconfig.Base64(certificate)}, client-key-data: {SampleKubeconfig.Base64(key)}}}}}]\n"
            + "contexts: [{name: x, context: {cluster: c, user: u}}]\n";

        var credential = Single(data);

        credential.ClientKeyPem.ShouldBe(key);
        File.WriteAllText(Path.Combine(directory, "c.pem"), certificate);
        File.WriteAllText(Path.Combine(directory, "k.pem"), key);
        var path = Write("config", """
            clusters: [{name: c, cluster: {server: https://c.example.com, certificate-authority: c.pem}}]
            users: [{name: u, user: {client-certificate: c.pem, client-key: k.pem}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
        var read = KubeconfigReader.FromHost(path);
        read.Problems.ShouldBeEmpty();
        read.Contexts.ShouldHaveSingleItem().Credential.ClientKeyPem.ShouldBe(key);

        string With(string pem) => ends.Length == 0 ? pem.TrimEnd() : pem.Replace("\n", ends, StringComparison.Ordinal);
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

    public static IEnumerable<object[]> Places() => CaseTable.Read("Kubernetes/kubeconfig-directories.tsv", 4).Select(c => c[..3]);

    [Theory]
    [MemberData(nameof(Places))]
    public void Where_a_file_may_be_is_told_by_its_path_on_another_host(string path, string directories, string expected)
    {
        var said = KubeconfigReader.WhyNotThere(path, directories == "-" ? [] : directories.Split(' '));

        (said ?? "yes").ShouldStartWith(expected);
    }

    [Fact]
    public void One_of_several_listed_directories_is_enough()
    {
        var path = Write("b/config", SampleKubeconfig.Token());
        Directory.CreateDirectory(Path.Combine(directory, "a"));

        KubeconfigReader.FromDirectories(path, [Path.Combine(directory, "a"), Path.Combine(directory, "b")], false).Credential.ShouldNotBeNull();
    }

    /// <summary>kubectl takes an empty text for a field that is not there, and lets fields be that are for itself.</summary>
    [Fact]
    public void Empty_fields_and_those_for_kubectl_alone_mean_nothing()
    {
        var credential = Single("""
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
        Single($"clusters: [{{name: c, cluster: {{server: https://c.example.com, {field}}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\ncontexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n")
            .ProxyUrl?.AbsoluteUri.ShouldBe(expected);

    [Theory]
    [InlineData("REDACTED1")]
    [InlineData("1")]
    [InlineData("DATA-OMITTED-2")]
    public void A_token_with_a_digit_is_no_mark_of_kubectl(string token) => Single(SampleKubeconfig.Token($"\"{token}\"")).Token.ShouldBe(token);

    /// <summary>kubectl writes it so for a user without credentials.</summary>
    [Fact]
    public void A_user_may_be_null() =>
        Single("clusters: [{name: c, cluster: {server: 'http://localhost:8001'}}]\nusers: [{name: u, user: null}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n")
            .Server.Port.ShouldBe(8001);

    [Fact]
    public void What_is_no_UTF_8_is_told_with_its_place()
    {
        var problem = KubeconfigReader.FromGit(new byte[] { (byte)'a', (byte)':', (byte)' ', 0xFF }, false).Problems.ShouldHaveSingleItem();

        (problem.Line, problem.Message).ShouldBe((1, "the file is not UTF-8: save it with that encoding"));
    }

    [Fact]
    public void A_file_is_read_up_to_a_mebibyte()
    {
        const string Text = "clusters: [{name: c, cluster: {server: https://c.example.com, certificate-authority: ca.pem}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n#";
        var (authority, config) = (Write("ca.pem", Padded(SampleKubeconfig.CertificatePem, 1 << 20)), Write("config", Padded(Text, 1 << 20)));

        KubeconfigReader.FromHost(config).Problems.ShouldBeEmpty();

        Write("ca.pem", Padded(SampleKubeconfig.CertificatePem, (1 << 20) + 1));
        KubeconfigReader.FromHost(config).Problems.ShouldHaveSingleItem().Message.ShouldBe("context \"x\" is left out: the file ca.pem is larger than 1048576 bytes");
        Write("config", Padded(Text, (1 << 20) + 1));
        KubeconfigReader.FromHost(config).Problems.ShouldHaveSingleItem().Message.ShouldBe("the file is larger than 1048576 bytes");
        File.Delete(authority);
    }

    [Theory]
    [InlineData("client-certificate: c.pem, client-key: k.pem", "users[0].user.client-key")]
    [InlineData("client-certificate: c.pem, client-key-data: '', client-key: k.pem", "users[0].user.client-key")]
    [InlineData("client-certificate: c.pem, client-key-data: {OTHERKEY}, client-key: k.pem", "users[0].user.client-key-data")]
    public void A_key_of_another_certificate_is_told_where_it_is_written(string fields, string expected)
    {
        Write("c.pem", SampleKubeconfig.CertificatePem);
        Write("k.pem", SampleKubeconfig.OtherKeyPem);
        var path = Write("config", SampleKubeconfig.Fill(
            "clusters: [{name: c, cluster: {server: https://c.example.com}}]\nusers: [{name: u, user: {" + fields + "}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"));

        KubeconfigReader.FromHost(path).Problems.ShouldHaveSingleItem().Field.ShouldBe(expected);
    }

    private static string Padded(string text, int length) => text + new string(' ', length - text.Length);

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
