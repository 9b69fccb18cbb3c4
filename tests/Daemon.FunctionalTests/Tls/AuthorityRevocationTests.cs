using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;
using Tidegate.Tls;
using static Tidegate.FunctionalTests.Tls.ClientAuthorityScene;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>A client authority that is gone serves nobody any more: what is open on its word ends within a second.</summary>
[Collection(Undisturbed.Name)]
public sealed class AuthorityRevocationTests : IAsyncLifetime
{
    private ClientAuthorityScene scene = null!;

    public async Task InitializeAsync() => scene = await ClientAuthorityScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("removed", Foreign)]
    [InlineData("another of the same name", "the certificate's signature is wrong")]
    [InlineData("another of the same name and number", "the certificate's signature is wrong")]
    public async Task A_watch_ends_whole_and_its_connection_with_it(string change, string reason)
    {
        await using var client = await scene.OpenAsync("watch");

        var clock = PromisedTime.Start();
        scene.Change(change);

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
        await using var client = await scene.OpenAsync(kind);

        var clock = PromisedTime.Start();
        scene.Change("removed");

        await client.ReadToEndAsync();
        clock.ShouldBeKept(Promise);
        ((string?)(await EndRecordAsync())["reason"]).ShouldBe(Foreign);
    }

    [Fact]
    public async Task The_same_holds_for_a_configuration_that_names_another_file()
    {
        await using var client = await scene.OpenAsync("watch");

        scene.Gate.Tls.Reconfigure(new([new(scene.Gate.PathOf("server.crt"), scene.Gate.PathOf("server.key"))], scene.Gate.Write("other-ca.pem", scene.Second.Pem)));

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
        scene.Change("removed");

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
        scene.Change("removed");

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

        scene.Change("removed");

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
        scene.Change("removed");

        // A reset is as good as an end here.
        await Record.ExceptionAsync(() => client.ReadToEndAsync());
        clock.ShouldBeKept(Promise + Promise);
        scene.Upstream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_intermediate_that_is_gone_ends_those_who_did_not_bring_it_themselves()
    {
        var intermediate = new TestAuthority("intermediate", scene.Gate.Clients);
        scene.Trust(scene.Gate.Clients, intermediate);
        using var leaf = intermediate.IssueClientCertificate("CN=alice");
        await using var without = await scene.OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificates = [leaf] });
        await using var other = await scene.OpenAsync("watch");

        scene.Trust(scene.Gate.Clients);

        (await without.ReadChunkAsync()).ShouldBeEmpty();
        (await without.ReadToEndAsync()).ShouldBeEmpty();
        await scene.ShouldGoOnAsync(other, 2);
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
        ClientAuthority.Load(scene.Gate.Write("other.pem", scene.Second.Pem)).Refusal(accepted).ShouldBe(Foreign);
    }

    private async Task<HttpResponseMessage> WatchOverHttp2Async() => await scene.Http2().GetAsync(
        new Uri("/clusters/c1/api/v1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

    private async Task<System.Text.Json.Nodes.JsonObject> EndRecordAsync() =>
        await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end" || (string?)r["event"] == "session.end");
}
