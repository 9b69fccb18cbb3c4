using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;
using Tidegate.Tls;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>A client authority that is gone serves nobody any more: what is open on its word ends within a second, and nothing else does.</summary>
[Collection(Undisturbed.Name)]
public sealed class AuthorityRevocationTests : IAsyncLifetime
{
    private const string Foreign = "the certificate was not issued by an authority in client_ca_file";

    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private readonly TestAuthority second = new("second authority");
    // As in the revocations of persons: no stream is cut because the machine is slow.
    private readonly WatchedTime time = new();
    private Scene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await Scene.StartAsync(Streams.AnswerAsync, time);
        Trust(scene.Gate.Clients, second);
    }

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("removed", Foreign)]
    [InlineData("another of the same name", "the certificate's signature is wrong")]
    [InlineData("another of the same name and number", "the certificate's signature is wrong")]
    public async Task A_watch_ends_whole_and_its_connection_with_it(string change, string reason)
    {
        await using var client = await OpenAsync("watch");

        var clock = PromisedTime.Start();
        Change(change);

        (await client.ReadChunkAsync()).ShouldBeEmpty("the body must end with a last chunk");
        (await client.ReadToEndAsync()).ShouldBeEmpty();
        clock.ShouldBeKept(Promise);
        ((string?)(await EndRecordAsync())["reason"]).ShouldBe(reason);
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("exec")]
    [InlineData("spdy exec")]
    [InlineData("port-forward")]
    [InlineData("spdy port-forward")]
    public async Task Every_stream_ends_and_the_record_says_why(string kind)
    {
        await using var client = await OpenAsync(kind);

        var clock = PromisedTime.Start();
        Change("removed");

        await client.ReadToEndAsync();
        clock.ShouldBeKept(Promise);
        ((string?)(await EndRecordAsync())["reason"]).ShouldBe(Foreign);
    }

    [Fact]
    public async Task The_same_holds_for_a_configuration_that_names_another_file()
    {
        await using var client = await OpenAsync("watch");

        scene.Gate.Tls.Reconfigure(new([new(scene.Gate.PathOf("server.crt"), scene.Gate.PathOf("server.key"))], scene.Gate.Write("other-ca.pem", second.Pem)));

        (await client.ReadChunkAsync()).ShouldBeEmpty();
        (await client.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_waits_for_the_next_request_is_closed(bool afterARequest)
    {
        await using var client = await scene.ConnectAsync();
        if (afterARequest)
        {
            scene.Answer = RawUpstream.Ok;
            await client.SendAsync(Scene.Get("/clusters/c1/version"));
            (await client.ReadResponseAsync()).Head.Status.ShouldBe(200);
        }

        var clock = PromisedTime.Start();
        Change("removed");

        (await client.ReadToEndAsync()).ShouldBeEmpty();
        clock.ShouldBeKept(Promise);
    }

    [Fact]
    public async Task Over_http2_watches_end_without_an_error_and_the_connection_with_a_goaway()
    {
        using var watch = await WatchOverHttp2Async();
        await using var idle = await RawClient.ConnectAsync(
            scene.Gate.EndPoint, new SslClientAuthenticationOptions { ClientCertificates = [scene.CertificateOf("alice")], ApplicationProtocols = [SslApplicationProtocol.Http2] });
        await idle.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0");

        var clock = PromisedTime.Start();
        Change("removed");

        (await watch.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        var rest = await idle.ReadToEndAsync();
        clock.ShouldBeKept(Promise);
        rest[^17..^13].ShouldBe([0, 0, 8, 7], "the last frame is a GOAWAY");
    }

    [Fact]
    public async Task A_request_that_waits_for_its_answer_gets_a_401_that_says_why()
    {
        scene.Answer = r => r.ParkAsync();
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await scene.Upstream.NextAsync();

        Change("removed");

        var (head, body) = await client.ReadResponseAsync();
        head.Status.ShouldBe(401);
        body.ShouldContain(Foreign);
        (await client.ReadToEndAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_that_trickles_does_not_keep_the_connection_open()
    {
        await using var client = await scene.ConnectAsync();
        await client.SendAsync("POST /clusters/c1/api/v1/namespaces/default/pods HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");

        var clock = PromisedTime.Start();
        Change("removed");

        // A reset is as good as an end here.
        await Record.ExceptionAsync(() => client.ReadToEndAsync());
        clock.ShouldBeKept(Promise + Promise);
        scene.Upstream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_handshake_that_began_before_gets_nothing_after()
    {
        await using var client = await RawClient.BeginAsync(scene.Gate.EndPoint, scene.CertificateOf("alice"), whileHandshaking: () => Change("removed"));

        scene.Gate.Tls.Current.Clients.ChainPolicy.CustomTrustStore.ShouldHaveSingleItem().Subject.ShouldBe("CN=second authority");
        var answer = Array.Empty<byte>();
        await Record.ExceptionAsync(async () =>
        {
            await client.SendAsync(Scene.Get("/clusters/c1/api/v1/pods?watch=1"));
            answer = await client.ReadToEndAsync();
        });

        scene.Upstream.Count.ShouldBe(0);
        System.Text.Encoding.Latin1.GetString(answer).ShouldNotContain(" 200 ");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_session_from_before_is_not_resumed(SslProtocols version)
    {
        scene.Answer = RawUpstream.Ok;
        var options = () => new SslClientAuthenticationOptions { ClientCertificates = [scene.CertificateOf("alice")], EnabledSslProtocols = version };
        for (var i = 0; i < 2; i++)
        {
            await using var before = await RawClient.ConnectAsync(scene.Gate.EndPoint, options());
            await before.SendAsync(Scene.Get("/clusters/c1/version"));
            (await before.ReadResponseAsync()).Head.Status.ShouldBe(200);
        }

        Change("removed");
        scene.Upstream.Requests.Reader.TryRead(out _);
        var count = scene.Upstream.Count;
        await Record.ExceptionAsync(async () =>
        {
            await using var after = await RawClient.ConnectAsync(scene.Gate.EndPoint, options());
            await after.SendAsync(Scene.Get("/clusters/c1/version"));
            (await after.ReadResponseAsync()).Head.Status.ShouldNotBe(200);
        });

        scene.Upstream.Count.ShouldBe(count);
        (await RefusedAsync()).ShouldBe(Foreign);
    }

    [Fact]
    public async Task An_intermediate_that_is_gone_ends_those_who_did_not_bring_it_themselves()
    {
        var intermediate = new TestAuthority("intermediate", scene.Gate.Clients);
        Trust(scene.Gate.Clients, intermediate);
        using var leaf = intermediate.IssueClientCertificate("CN=alice");
        await using var without = await OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificates = [leaf] });
        await using var other = await OpenAsync("watch");

        Trust(scene.Gate.Clients);

        (await without.ReadChunkAsync()).ShouldBeEmpty();
        (await without.ReadToEndAsync()).ShouldBeEmpty();
        await ShouldGoOnAsync(other, 2);
    }

    [Fact]
    public async Task A_file_that_changes_on_disk_is_noticed_by_the_watch_of_it()
    {
        await using var client = await OpenAsync("watch");
        using var stop = new CancellationTokenSource();
        var watching = scene.Gate.Tls.WatchAsync(TimeProvider.System, stop.Token);

        scene.Gate.Write("client-ca.pem", second.Pem);

        (await client.ReadChunkAsync()).ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watching);
    }

    [Fact]
    public void A_certificate_whose_connection_has_gone_is_asked_about_without_an_error()
    {
        var before = ClientAuthority.Load(scene.Gate.PathOf("client-ca.pem"));
        var leaf = scene.Gate.Clients.IssueClientCertificate("CN=alice");
        using var chain = new X509Chain { ChainPolicy = before.ChainPolicy };
        chain.Build(leaf).ShouldBeTrue();
        var accepted = before.Accept(leaf, chain);
        leaf.Dispose();

        ClientAuthority.Load(scene.Gate.PathOf("client-ca.pem")).Refusal(accepted).ShouldBeNull();
        ClientAuthority.Load(scene.Gate.Write("other.pem", second.Pem)).Refusal(accepted).ShouldBe(Foreign);
    }

    [Theory]
    [InlineData("another authority is removed")]
    [InlineData("the authority is renewed")]
    [InlineData("the server's certificate is renewed")]
    [InlineData("the file cannot be read")]
    [InlineData("the file is in another order")]
    public async Task What_does_not_concern_a_connection_keeps_it(string change)
    {
        await using var client = await OpenAsync("watch");

        Change(change);

        await ShouldGoOnAsync(client, 1);
    }

    [Fact]
    public async Task A_chain_whose_intermediate_the_client_brought_is_kept_while_its_root_is()
    {
        var intermediate = new TestAuthority("intermediate", scene.Gate.Clients);
        using var leaf = intermediate.IssueClientCertificate("CN=alice");
        var context = SslStreamCertificateContext.Create(leaf, [intermediate.Certificate], offline: true);
        await using var first = await OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificateContext = context });
        await using var resumed = await OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificateContext = context });

        Trust(scene.Gate.Clients);

        await ShouldGoOnAsync(first, 1);
        await ShouldGoOnAsync(resumed, 1);
    }

    [Fact]
    public async Task A_certificate_that_expires_while_a_stream_is_open_is_for_the_roles_to_judge()
    {
        using var brief = scene.Gate.Clients.IssueClientCertificate("CN=alice", lifetime: TimeSpan.FromSeconds(2) * MachineLoad.Slowness());
        await using var client = await OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificates = [brief] });
        while (DateTimeOffset.UtcNow < brief.NotAfter.ToUniversalTime() + TimeSpan.FromSeconds(1))
        {
            await Task.Delay(50);
        }

        Trust(scene.Gate.Clients);

        await ShouldGoOnAsync(client, 1);
    }

    [Fact]
    public async Task A_file_behind_a_link_to_a_folder_that_is_exchanged_is_noticed()
    {
        foreach (var (folder, authority) in new[] { ("one", scene.Gate.Clients), ("two", second) })
        {
            Directory.CreateDirectory(scene.Gate.PathOf(folder));
            scene.Gate.Write(Path.Combine(folder, "ca.pem"), authority.Pem);
            File.SetLastWriteTimeUtc(scene.Gate.PathOf(Path.Combine(folder, "ca.pem")), DateTime.UnixEpoch);
        }

        Directory.CreateSymbolicLink(scene.Gate.PathOf("data"), "one");
        File.CreateSymbolicLink(scene.Gate.PathOf("linked-ca.pem"), Path.Combine("data", "ca.pem"));
        scene.Gate.Tls.Reconfigure(new([new(scene.Gate.PathOf("server.crt"), scene.Gate.PathOf("server.key"))], scene.Gate.PathOf("linked-ca.pem")));
        await using var client = await OpenAsync("watch");

        Directory.Delete(scene.Gate.PathOf("data"));
        Directory.CreateSymbolicLink(scene.Gate.PathOf("data"), "two");
        scene.Gate.Tls.ReloadIfChanged();

        (await client.ReadChunkAsync()).ShouldBeEmpty();
    }

    private async Task<RawClient> OpenAsync(string kind, SslClientAuthenticationOptions? options = null)
    {
        var client = await RawClient.ConnectAsync(
            scene.Gate.EndPoint, options ?? new SslClientAuthenticationOptions { ClientCertificates = [scene.CertificateOf("alice")] });
        await client.SendAsync(Streams.Named(kind));
        await client.ReadHeadAsync();
        return client;
    }

    private async Task<HttpResponseMessage> WatchOverHttp2Async() => await scene.Http2().GetAsync(
        new Uri("/clusters/c1/api/v1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    /// <param name="place">Which of the requests that the cluster got is the client's.</param>
    private async Task ShouldGoOnAsync(RawClient client, int place)
    {
        RawRequest seen = null!;
        for (var i = 0; i < place; i++)
        {
            seen = await scene.Upstream.NextAsync();
        }

        await seen.WriteChunkAsync("{}\n");
        (await client.ReadChunkAsync()).ShouldBe("{}\n");
    }

    private async Task<System.Text.Json.Nodes.JsonObject> EndRecordAsync() =>
        await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end" || (string?)r["event"] == "session.end");

    private async Task<string?> RefusedAsync() => (string?)(await scene.Gate.AuditRecordAsync(r => (string?)r["decision"] == "denied"))["reason"];

    private void Trust(params TestAuthority[] authorities)
    {
        scene.Gate.Write("client-ca.pem", string.Concat(authorities.Select(a => a.Pem + "\n")));
        scene.Gate.Tls.ReloadIfChanged();
    }

    private void Change(string change)
    {
        var clients = scene.Gate.Clients;
        switch (change)
        {
            case "removed":
                Trust(second);
                break;
            case "another of the same name":
                Trust(new("client authority"), second);
                break;
            case "another of the same name and number":
                Trust(new("client authority", renewed: clients, anotherKey: true), second);
                break;
            case "another authority is removed":
                Trust(clients);
                break;
            case "the authority is renewed":
                Trust(new("client authority", renewed: clients), second);
                break;
            case "the file is in another order":
                Trust(second, clients);
                break;
            case "the server's certificate is renewed":
                var (certificate, key) = scene.Gate.Servers.IssueServer("renewed.example.com");
                scene.Gate.Write("server.crt", certificate);
                scene.Gate.Write("server.key", key);
                scene.Gate.Tls.ReloadIfChanged();
                break;
            case "the file cannot be read":
                File.Delete(scene.Gate.PathOf("client-ca.pem"));
                Directory.CreateDirectory(scene.Gate.PathOf("client-ca.pem"));
                scene.Gate.Tls.ReloadIfChanged();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, null);
        }
    }
}
