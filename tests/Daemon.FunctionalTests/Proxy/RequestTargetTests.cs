using System.Security.Cryptography;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Path and query arrive byte for byte, from the table in <c>targets.cases</c>.</summary>
public sealed class RequestTargetTests(Scene scene) : IClassFixture<Scene>
{
    private static readonly IReadOnlyDictionary<string, CaseEntry> Table = CaseFile.Read("Proxy/targets.cases");

    public static TheoryData<string> Names => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_target_arrives_as_it_was_written(string name)
    {
        var written = Table[name].One('>');
        var expected = Table[name].All('=') is [var other] ? other : written;

        var (head, _) = await scene.ExchangeAsync(Scene.Get("/clusters/c1" + written));

        head.Status.ShouldBe(200);
        (await scene.Upstream.NextAsync()).RequestLine.ShouldBe($"GET {expected} HTTP/1.1");
    }

    [Fact]
    public async Task A_script_in_the_query_of_an_exec_may_be_long()
    {
        var command = Convert.ToHexString(RandomNumberGenerator.GetBytes(200_000));

        var (head, _) = await scene.ExchangeAsync(Scene.Get($"/clusters/c1/api/v1/pods?x={command}"));

        head.Status.ShouldBe(200);
        (await scene.Upstream.NextAsync()).RequestLine.ShouldBe($"GET /api/v1/pods?x={command} HTTP/1.1");
    }

    [Fact]
    public async Task A_path_of_the_cluster_s_own_address_comes_first()
    {
        await using var own = await Scene.StartAsync();
        own.Gate.Apply(own.State.Cluster("c1", own.CredentialOf(own.Upstream) with { Server = new(own.Upstream.Address, "/k8s/clusters/c-1/") }));

        await own.ExchangeAsync(Scene.Get("/clusters/c1/api/v1/pods?x=%2f"));

        (await own.Upstream.NextAsync()).RequestLine.ShouldBe("GET /k8s/clusters/c-1/api/v1/pods?x=%2f HTTP/1.1");
    }
}
