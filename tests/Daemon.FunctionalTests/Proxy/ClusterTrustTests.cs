using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Which API servers a kubeconfig's authorities vouch for: the same as for kubectl.</summary>
public sealed class ClusterTrustTests : IAsyncLifetime
{
    private readonly Scene scene = new();
    private readonly TestAuthority root = new("root authority");

    public Task InitializeAsync() => scene.InitializeAsync();

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task An_intermediate_authority_alone_is_trusted_as_Go_does()
    {
        var intermediate = new TestAuthority("intermediate authority", root);
        await using var upstream = new RawUpstream(intermediate, RawUpstream.Ok);

        (await AskAsync(upstream, intermediate.Pem)).Code.ShouldBe(200);
        (await AskAsync(upstream, new TestAuthority("another authority").Pem + "\n" + intermediate.Pem)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task The_name_of_an_authority_is_not_enough()
    {
        var intermediate = new TestAuthority("intermediate authority", root);
        var impostor = new TestAuthority("intermediate authority", new("root authority"));
        await using var upstream = new RawUpstream(impostor, RawUpstream.Ok);

        var (code, message) = await AskAsync(upstream, intermediate.Pem);

        code.ShouldBe(503);
        message.ShouldContain("it was not issued by the cluster's certificate authority");
        upstream.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_server_under_an_intermediate_that_it_does_not_send_is_refused_with_the_root_alone()
    {
        await using var upstream = new RawUpstream(new TestAuthority("intermediate authority", root), RawUpstream.Ok);

        (await AskAsync(upstream, root.Pem)).Code.ShouldBe(503);
    }

    private async Task<(int Code, string Message)> AskAsync(RawUpstream upstream, string authorities)
    {
        scene.Gate.Apply(scene.State.Cluster("other", scene.CredentialOf(upstream) with { CertificateAuthorityPem = authorities }));
        var (head, body) = await scene.ExchangeAsync(Scene.Get("/clusters/other/version"));
        return (head.Status, (string?)JsonNode.Parse(body)!["message"] ?? "");
    }
}
