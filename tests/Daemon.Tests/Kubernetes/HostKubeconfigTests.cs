using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

/// <summary>A kubeconfig of the gate's own host: its contexts, and the certificates, keys and tokens in files beside it.</summary>
public sealed class HostKubeconfigTests : IDisposable
{
    private readonly KubeconfigFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_kubeconfig_of_the_host_gives_one_cluster_for_each_usable_context()
    {
        File.WriteAllText(folder.PathOf("ca.pem"), SampleKubeconfig.CertificatePem);
        File.WriteAllText(folder.PathOf("token"), "t");
        var path = folder.Write("config", """
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
        only.Credential.TokenFile.ShouldBe(folder.PathOf("token"));
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

        var credential = SampleKubeconfig.Read(data);

        credential.ClientKeyPem.ShouldBe(key);
        File.WriteAllText(folder.PathOf("c.pem"), certificate);
        File.WriteAllText(folder.PathOf("k.pem"), key);
        var path = folder.Write("config", """
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
        File.WriteAllText(folder.PathOf("token"), content);
        var path = folder.Write("config", """
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
        var problem = KubeconfigReader.FromHost(folder.PathOf("absent")).Problems.ShouldHaveSingleItem();

        problem.Message.ShouldStartWith("the file cannot be read");
    }

    [Fact]
    public void A_file_is_read_up_to_a_mebibyte()
    {
        const string Text = "clusters: [{name: c, cluster: {server: https://c.example.com, certificate-authority: ca.pem}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n#";
        var (authority, config) = (folder.Write("ca.pem", Padded(SampleKubeconfig.CertificatePem, 1 << 20)), folder.Write("config", Padded(Text, 1 << 20)));

        KubeconfigReader.FromHost(config).Problems.ShouldBeEmpty();

        folder.Write("ca.pem", Padded(SampleKubeconfig.CertificatePem, (1 << 20) + 1));
        KubeconfigReader.FromHost(config).Problems.ShouldHaveSingleItem().Message.ShouldBe("context \"x\" is left out: the file ca.pem is larger than 1048576 bytes");
        folder.Write("config", Padded(Text, (1 << 20) + 1));
        KubeconfigReader.FromHost(config).Problems.ShouldHaveSingleItem().Message.ShouldBe("the file is larger than 1048576 bytes");
        File.Delete(authority);
    }

    [Theory]
    [InlineData("client-certificate: c.pem, client-key: k.pem", "users[0].user.client-key")]
    [InlineData("client-certificate: c.pem, client-key-data: '', client-key: k.pem", "users[0].user.client-key")]
    [InlineData("client-certificate: c.pem, client-key-data: {OTHERKEY}, client-key: k.pem", "users[0].user.client-key-data")]
    public void A_key_of_another_certificate_is_told_where_it_is_written(string fields, string expected)
    {
        folder.Write("c.pem", SampleKubeconfig.CertificatePem);
        folder.Write("k.pem", SampleKubeconfig.OtherKeyPem);
        var path = folder.Write("config", SampleKubeconfig.Fill(
            "clusters: [{name: c, cluster: {server: https://c.example.com}}]\nusers: [{name: u, user: {" + fields + "}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"));

        KubeconfigReader.FromHost(path).Problems.ShouldHaveSingleItem().Field.ShouldBe(expected);
    }

    private static string Padded(string text, int length) => text + new string(' ', length - text.Length);
}
