using System.Net.Security;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Tls;

/// <summary>A change of the client authorities or certificates that does not concern a connection keeps it.</summary>
[Collection(Undisturbed.Name)]
public sealed class KeptAuthorityTests : IAsyncLifetime
{
    private ClientAuthorityScene scene = null!;

    public async Task InitializeAsync() => scene = await ClientAuthorityScene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("another authority is removed")]
    [InlineData("the authority is renewed")]
    [InlineData("the server's certificate is renewed")]
    [InlineData("the file cannot be read")]
    [InlineData("the file is in another order")]
    public async Task What_does_not_concern_a_connection_keeps_it(string change)
    {
        await using var client = await scene.OpenAsync("watch");

        scene.Change(change);

        await scene.ShouldGoOnAsync(client, 1);
    }

    [Fact]
    public async Task A_chain_whose_intermediate_the_client_brought_is_kept_while_its_root_is()
    {
        var intermediate = new TestAuthority("intermediate", scene.Gate.Clients);
        using var leaf = intermediate.IssueClientCertificate("CN=alice");
        var context = SslStreamCertificateContext.Create(leaf, [intermediate.Certificate], offline: true);
        await using var first = await scene.OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificateContext = context });
        await using var resumed = await scene.OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificateContext = context });

        scene.Trust(scene.Gate.Clients);

        await scene.ShouldGoOnAsync(first, 1);
        await scene.ShouldGoOnAsync(resumed, 1);
    }

    [Fact]
    public async Task A_certificate_that_expires_while_a_stream_is_open_is_for_the_roles_to_judge()
    {
        using var brief = scene.Gate.Clients.IssueClientCertificate("CN=alice", lifetime: TimeSpan.FromSeconds(2) * MachineLoad.Slowness());
        await using var client = await scene.OpenAsync("watch", new SslClientAuthenticationOptions { ClientCertificates = [brief] });
        while (DateTimeOffset.UtcNow < brief.NotAfter.ToUniversalTime() + TimeSpan.FromSeconds(1))
        {
            await Task.Delay(50);
        }

        scene.Trust(scene.Gate.Clients);

        await scene.ShouldGoOnAsync(client, 1);
    }
}
