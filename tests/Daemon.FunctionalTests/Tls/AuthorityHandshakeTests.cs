using System.Net.Security;
using System.Security.Authentication;
using Tidegate.FunctionalTests.Infrastructure;
using static Tidegate.FunctionalTests.Tls.ClientAuthorityScene;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>No handshake or session that began before its client authority was gone lets anybody in after that.</summary>
[Collection(Undisturbed.Name)]
public sealed class AuthorityHandshakeTests : IAsyncLifetime
{
    private ClientAuthorityScene scene = null!;

    public async Task InitializeAsync() => scene = await ClientAuthorityScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Fact]
    public async Task A_handshake_that_began_before_gets_nothing_after()
    {
        await using var client = await RawClient.BeginAsync(scene.Gate.EndPoint, scene.CertificateOf("alice"), whileHandshaking: () => scene.Change("removed"));

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

        scene.Change("removed");
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

    private async Task<string?> RefusedAsync() => (string?)(await scene.Gate.AuditRecordAsync(r => (string?)r["decision"] == "denied"))["reason"];
}
