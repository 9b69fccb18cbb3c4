using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Limits;
using static Tidegate.FunctionalTests.Proxy.PersonLimitScene;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Heads of requests are bounded, one by its length and those of a person by what they hold together, and what programs send still fits.</summary>
public sealed class HeadLimitTests : IAsyncLifetime
{
    private readonly PersonLimitScene scene = new();

    public Task InitializeAsync() => scene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Headers_of_requests_that_hang_are_bounded_by_what_they_hold(string version)
    {
        await scene.StartAgainAsync(new() { HeaderMegabytesPerPerson = 1 });
        var sent = 0;
        (int Code, string? Message) refused = default;
        while (refused.Code != 429 && sent < 50)
        {
            sent++;
            var call = scene.Send("alice", version, Pods, r => r.Headers.Add("X-Padding", new string('x', 200_000)));
            if (await Task.WhenAny(call.Answer, scene.SeenAsync(1)) == call.Answer)
            {
                refused = await AnswerAsync(call);
            }
        }

        refused.ShouldBe((429, "user \"alice\" has headers of requests under way, as much as one person may: 1 MiB (kubernetes_service.limits.header_mb_per_person)"));
        sent.ShouldBe(6);
        scene.Gate.Limits.Taken(LimitedUse.HeaderBytes).ShouldBeLessThanOrEqualTo(1 << 20);
        (await AnswerAsync(scene.Send("bob", version, Pods))).Code.ShouldBe(200);
    }

    [Theory]
    [InlineData("1.1", "a header")]
    [InlineData("2.0", "a header")]
    [InlineData("1.1", "the path")]
    [InlineData("2.0", "the path")]
    public async Task A_head_that_is_too_long_is_never_taken(string version, string where)
    {
        var tooLong = new string('x', 600 * 1024);
        try
        {
            var call = where == "the path" ? scene.Send("alice", version, $"{Pods}?labelSelector={tooLong}") : scene.Send("alice", version, Pods, r => r.Headers.Add("X-Padding", tooLong));
            ((int)(await call.Answer).StatusCode).ShouldBeOneOf(414, 431);
        }
        catch (HttpRequestException)
        {
            // The server ends the stream, or the connection.
        }

        scene.Upstream.Count.ShouldBe(0);
        await UntilAsync(() => scene.Gate.Limits.Persons == 0 || scene.Gate.Limits.Taken(LimitedUse.Requests) == 0);
    }

    [Fact]
    public async Task A_script_of_128_KiB_of_quotes_still_fits_into_the_query_of_an_exec()
    {
        var script = Uri.EscapeDataString(new string('"', 128 * 1024));
        script.Length.ShouldBe(3 * 128 * 1024);
        await using var client = await scene.ConnectAsync("bob");
        await client.SendAsync(Scene.Get($"/clusters/c1/api/v1/namespaces/default/pods/web/exec?command={script}"));
        (await scene.Upstream.NextAsync()).RequestLine.Length.ShouldBeGreaterThan(3 * 128 * 1024);
    }
}
