using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>Whom the gate knows: the handshake decides, and says in the audit log whom it refused and why. A certificate that is not good is told why, too.</summary>
public sealed class HandshakeTests(Scene scene) : IClassFixture<Scene>
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string NotForClients = "the certificate is not meant for TLS client authentication (extended key usage clientAuth)";

    public static TheoryData<string, string> Refused => new()
    {
        { "none", "no client certificate" },
        { "foreign", "the certificate was not issued by an authority in client_ca_file" },
        { "forged", "the certificate's signature is wrong" },
        { "self-signed", "the certificate was not issued by an authority in client_ca_file" },
        { "expired", "the certificate has expired or is not valid yet" },
        { "server use", NotForClients },
        { "no use", NotForClients },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_certificate_that_is_not_good_is_refused_and_recorded(string kind, string reason)
    {
        foreach (var version in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            var subject = $"CN=refused {kind} {version}";
            var before = scene.Gate.AuditRecords().Count;

            if (kind == "none")
            {
                await ShouldBeRefusedAsync(version);
            }
            else
            {
                await using var client = await ConnectAsync(scene, Create(kind, subject), version);
                await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
                var (head, body) = await client.ReadResponseAsync();
                head.Status.ShouldBe(401);
                head.Value("Connection").ShouldBe("close");
                JsonNode.Parse(body)!["message"]!.GetValue<string>().ShouldBe(reason);
                (await client.ReadToEndAsync()).ShouldBeEmpty();
            }

            await scene.Gate.AuditRecordAsync(_ => scene.Gate.AuditRecords().Count > before);
            var record = scene.Gate.AuditRecords().Skip(before).ShouldHaveSingleItem();
            ((string?)record["event"]).ShouldBe("auth");
            ((string?)record["code"]).ShouldBe("T3007W");
            ((string?)record["decision"]).ShouldBe("denied");
            ((string?)record["reason"]).ShouldBe(reason);
            ((string?)record["certificate_subject"]).ShouldBe(kind == "none" ? null : subject);
            ((string?)record["addr.remote"]).ShouldStartWith("127.0.0.1:");
        }

        scene.Upstream.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Both_versions_of_tls_work(SslProtocols version)
    {
        await using var own = await Scene.StartAsync();
        await using var client = await ConnectAsync(own, own.CertificateOf("alice"), version);
        await client.SendAsync(Scene.Get("/clusters/c1/version"));

        (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        client.Tls.SslProtocol.ShouldBe(version);
    }

    [Fact]
    public async Task Tls_1_1_is_refused_with_an_alert()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(scene.Gate.EndPoint);
        var stream = tcp.GetStream();

        // A ClientHello of TLS 1.1 (RFC 4346, 7.4.1.2): version 3.2, no session, ECDHE-ECDSA-AES128-SHA and RSA-AES128-SHA, no compression.
        byte[] hello = [1, 0, 0, 43, 3, 2, .. new byte[32], 0, 0, 4, 0xC0, 0x09, 0, 0x2F, 1, 0];
        hello[3] = (byte)(hello.Length - 4);
        await stream.WriteAsync((byte[])[0x16, 3, 1, 0, (byte)hello.Length, .. hello]);

        var alert = new byte[7];
        await stream.ReadExactlyAsync(alert);
        alert[0].ShouldBe((byte)0x15, "the answer must be an alert");
        alert[6].ShouldBe((byte)70, "protocol_version");
    }

    [Theory]
    [InlineData("h2")]
    [InlineData("http/1.1")]
    public async Task The_client_chooses_the_version_of_http(string protocol)
    {
        await using var client = await RawClient.ConnectAsync(scene.Gate.EndPoint, new SslClientAuthenticationOptions
        {
            ClientCertificates = [scene.CertificateOf("alice")],
            ApplicationProtocols = [new(protocol), new("http/1.1")],
        });

        client.Tls.NegotiatedApplicationProtocol.ShouldBe(new(protocol));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_chain_with_an_intermediate_works_again_and_again(SslProtocols version)
    {
        await using var own = await Scene.StartAsync();
        var intermediate = new TestAuthority("intermediate", own.Gate.Clients);
        using var leaf = intermediate.IssueClientCertificate("CN=alice");
        var context = SslStreamCertificateContext.Create(leaf, [intermediate.Certificate], offline: true);
        for (var i = 0; i < 4; i++)
        {
            await using var client = await RawClient.ConnectAsync(
                own.Gate.EndPoint, new SslClientAuthenticationOptions { ClientCertificateContext = context, EnabledSslProtocols = version });
            await client.SendAsync(Scene.Get("/clusters/c1/version"));
            (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        }

        // A session that is resumed brings the leaf alone: the intermediate is remembered, once.
        own.Gate.Tls.Current.Clients.ChainPolicy.ExtraStore.ShouldHaveSingleItem().Subject.ShouldBe("CN=intermediate");
    }

    [Fact]
    public async Task A_certificate_that_expires_is_refused_on_an_open_connection()
    {
        await using var own = await Scene.StartAsync();
        using var brief = own.Gate.Clients.IssueClientCertificate("CN=alice", lifetime: TimeSpan.FromSeconds(2) * MachineLoad.Slowness());
        await using var client = await RawClient.ConnectAsync(own.Gate.EndPoint, brief);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        (RawResponse Head, string Body) answer;
        do
        {
            await timer.WaitForNextTickAsync(limit.Token);
            await client.SendAsync(Scene.Get("/clusters/c1/version"));
            answer = await client.ReadResponseAsync();
        }
        while (answer.Head.Status == 200);

        answer.Head.Status.ShouldBe(401);
        answer.Body.ShouldContain("\"message\":\"the client certificate has expired\",\"reason\":\"Unauthorized\"");
    }

    [Theory]
    [InlineData("O=platform", "the certificate's subject has no CN, so there is no user name")]
    [InlineData("CN=alice, CN=root", "the certificate's subject has more than one CN")]
    [InlineData("several", "the certificate's subject has an attribute with several values (a multi-valued RDN)")]
    public async Task A_subject_that_names_nobody_is_told_why(string subject, string reason)
    {
        await using var own = await Scene.StartAsync();
        using var certificate = subject == "several"
            ? own.Gate.Clients.IssueMultiValued(("2.5.4.10", "platform"), ("2.5.4.3", "alice"))
            : own.Gate.Clients.IssueClientCertificate(subject);
        await using var client = await RawClient.ConnectAsync(own.Gate.EndPoint, certificate);
        await client.SendAsync(Scene.Get("/clusters/c1/version"));
        var (head, body) = await client.ReadResponseAsync();

        head.Status.ShouldBe(401);
        body.ShouldContain($"\"message\":\"{reason}\"", Case.Sensitive, body);
        own.Upstream.Count.ShouldBe(0);
        ((string?)(await own.Gate.AuditRecordAsync(_ => true))["reason"]).ShouldBe(reason);
    }

    private static Task<RawClient> ConnectAsync(Scene scene, X509Certificate2? certificate, SslProtocols version) =>
        RawClient.ConnectAsync(scene.Gate.EndPoint, new SslClientAuthenticationOptions
        {
            ClientCertificates = certificate is null ? [] : [certificate],
            EnabledSslProtocols = version,
        });

    private X509Certificate2? Create(string kind, string subject) => kind switch
    {
        "none" => null,
        "foreign" => new TestAuthority("another authority").IssueClientCertificate(subject),
        "forged" => new TestAuthority("client authority").IssueClientCertificate(subject),
        "self-signed" => new TestAuthority(subject[3..]).Certificate,
        "expired" => scene.Gate.Clients.IssueClientCertificate(subject, days: -1),
        "server use" => scene.Gate.Clients.IssueClientCertificate(subject, ServerUse),
        "no use" => scene.Gate.Clients.IssueClientCertificate(subject, null),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    // With TLS 1.3 a client learns of the refusal only when it reads.
    private async Task ShouldBeRefusedAsync(SslProtocols version)
    {
        var error = await Should.ThrowAsync<Exception>(async () =>
        {
            await using var client = await ConnectAsync(scene, null, version);
            await client.SendAsync(Scene.Get("/clusters/c1/version"));
            await client.ReadHeadAsync();
        });
        (error is IOException or AuthenticationException).ShouldBeTrue(error.ToString());
    }
}
