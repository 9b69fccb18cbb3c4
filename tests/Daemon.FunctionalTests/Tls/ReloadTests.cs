using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tls;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>Certificates and authorities that change under a running gate.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private Scene scene = null!;

    public async Task InitializeAsync() => scene = await Scene.StartAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task New_connections_get_the_new_certificate_and_open_ones_go_on()
    {
        await using var open = await scene.ConnectAsync();
        Replace("renewed.example.com");
        scene.Gate.Tls.ReloadIfChanged();

        (await ServerNameAsync()).ShouldBe("CN=renewed.example.com");
        await open.SendAsync(Scene.Get("/clusters/c1/version"));
        (await open.ReadResponseAsync()).Head.Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("server.crt")]
    [InlineData("server.key")]
    [InlineData("client-ca.pem")]
    public async Task A_broken_file_keeps_the_old_ones_until_it_is_mended(string file)
    {
        var content = await File.ReadAllTextAsync(scene.Gate.PathOf(file));
        scene.Gate.Write(file, "-----BEGIN NOTHING-----");
        scene.Gate.Tls.ReloadIfChanged();
        (await ServerNameAsync()).ShouldBe("CN=localhost");

        scene.Gate.Write(file, content + "\n");
        Replace("renewed.example.com");
        scene.Gate.Tls.ReloadIfChanged();
        (await ServerNameAsync()).ShouldBe("CN=renewed.example.com");
    }

    [Theory]
    [InlineData("without the final line break")]
    [InlineData("Windows")]
    [InlineData("Windows, without the final line break")]
    [InlineData("Windows, with a byte order mark")]
    [InlineData("Windows, UTF-16")]
    public async Task The_files_may_have_any_line_ends(string form)
    {
        var next = new TestAuthority("next client authority");
        var (certificate, key) = scene.Gate.Servers.IssueServer("renewed.example.com");
        foreach (var (file, text) in ((string, string)[])[("server.crt", certificate), ("server.key", key), ("client-ca.pem", scene.Gate.Clients.Pem.TrimEnd() + "\n" + next.Pem)])
        {
            var whole = text.TrimEnd() + (form.Contains("without the final", StringComparison.Ordinal) ? "" : "\n");
            var ended = form.StartsWith("Windows", StringComparison.Ordinal) ? whole.Replace("\n", "\r\n", StringComparison.Ordinal) : whole;
            await File.WriteAllTextAsync(scene.Gate.PathOf(file), ended, form switch
            {
                "Windows, UTF-16" => Encoding.Unicode,
                _ => new UTF8Encoding(form.EndsWith("mark", StringComparison.Ordinal)),
            });
        }

        scene.Gate.Tls.ReloadIfChanged();

        scene.Gate.Tls.Failure.ShouldBeNull();
        (await ServerNameAsync()).ShouldBe("CN=renewed.example.com");
        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, next.IssueClientCertificate("CN=alice"));
        await client.SendAsync(Scene.Get("/clusters/c1/version"));
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("server.crt", "joined", "has the end of one PEM block and the begin of another on line ")]
    [InlineData("client-ca.pem", "joined", "has the end of one PEM block and the begin of another on line ")]
    [InlineData("server.crt", "cut off", "holds a PEM block that cannot be read (line ")]
    [InlineData("server.key", "cut off", "holds a PEM block that cannot be read (line ")]
    [InlineData("client-ca.pem", "cut off", "holds a PEM block that cannot be read (line ")]
    [InlineData("client-ca.pem", "no certificate", "holds a damaged certificate: ")]
    [InlineData("server.crt", "no certificate", "do not load as a PEM certificate and its key: ")]
    public async Task A_file_of_which_a_part_would_be_passed_over_is_refused_by_name(string file, string fault, string words)
    {
        var good = (await File.ReadAllTextAsync(scene.Gate.PathOf(file))).TrimEnd();
        scene.Gate.Write(file, fault switch
        {
            "joined" => good + good,
            "cut off" => $"{good}\n{good[..100]}",
            _ => $"{good}\n{PemEncoding.WriteString("CERTIFICATE", [0x30, 0x03, 0x02, 0x01, 0x01])}",
        });

        scene.Gate.Tls.ReloadIfChanged();

        scene.Gate.Tls.Failure.ShouldNotBeNull().ShouldStartWith(scene.Gate.PathOf(file));
        scene.Gate.Tls.Failure.ShouldContain(words);
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        scene.Gate.Write(file, good);
        scene.Gate.Tls.ReloadIfChanged();
        scene.Gate.Tls.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_key_that_does_not_fit_keeps_the_old_certificate()
    {
        scene.Gate.Write("server.key", scene.Gate.Servers.IssueServer().KeyPem);
        scene.Gate.Tls.ReloadIfChanged();

        (await ServerNameAsync()).ShouldBe("CN=localhost");
    }

    [Fact]
    public async Task Another_client_authority_refuses_the_old_certificates_on_new_connections()
    {
        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        var next = new TestAuthority("next client authority");
        scene.Gate.Write("client-ca.pem", next.Pem);
        scene.Gate.Tls.ReloadIfChanged();

        (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(401);

        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, next.IssueClientCertificate("CN=alice"));
        await client.SendAsync(Scene.Get("/clusters/c1/version"));
        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_name_that_a_client_asks_for_chooses_among_several_certificates()
    {
        var pairs = new[] { "a.example.com", "b.example.com", "*.c.example.com" }.Select((name, i) =>
        {
            var (certificate, key) = scene.Gate.Servers.IssueServer(name);
            return new KeyPairFiles(scene.Gate.Write($"{i}.crt", certificate), scene.Gate.Write($"{i}.key", key));
        });
        scene.Gate.Tls.Reconfigure(new([.. pairs], scene.Gate.Write("ca.pem", scene.Gate.Clients.Pem)));

        (await ServerNameAsync("b.example.com")).ShouldBe("CN=b.example.com");
        (await ServerNameAsync("x.c.example.com")).ShouldBe("CN=*.c.example.com");
        (await ServerNameAsync("other.example.com")).ShouldBe("CN=a.example.com");
    }

    [Fact]
    public void Files_that_do_not_load_at_the_start_are_an_error()
    {
        var missing = new TlsOptions([new(scene.Gate.PathOf("none.crt"), scene.Gate.PathOf("none.key"))], scene.Gate.PathOf("client-ca.pem"));
        Should.Throw<IOException>(() => new TlsReloader(missing, NullLogger<TlsReloader>.Instance));

        var rootless = new TlsOptions([new(scene.Gate.PathOf("server.crt"), scene.Gate.PathOf("server.key"))], scene.Gate.Write("empty.pem", "nothing"));
        Should.Throw<InvalidDataException>(() => new TlsReloader(rootless, NullLogger<TlsReloader>.Instance))
            .Message.ShouldEndWith("empty.pem holds no self-signed CA certificate; it must hold the root of the client certificates, PEM");
    }

    private void Replace(string name)
    {
        var (certificate, key) = scene.Gate.Servers.IssueServer(name);
        scene.Gate.Write("server.crt", certificate);
        scene.Gate.Write("server.key", key);
    }

    private async Task<string> ServerNameAsync(string? asked = null)
    {
        await using var client = await RawClient.ConnectAsync(
            scene.Gate.EndPoint, new SslClientAuthenticationOptions { ClientCertificates = [scene.CertificateOf("alice")], TargetHost = asked });
        return client.Tls.RemoteCertificate!.Subject;
    }
}
