using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Limits;
using static Tidegate.FunctionalTests.Proxy.PersonLimitScene;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Bodies that the gate must read before it decides are bounded in time and in what they hold, and those that it passes on are not held.</summary>
public sealed class BodyLimitTests : IAsyncLifetime
{
    private static readonly Dictionary<string, (string Method, string Path)> Bodies = new(StringComparer.Ordinal)
    {
        ["a create"] = ("POST", Secrets),
        ["a review"] = ("POST", "/clusters/c1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
        ["options of a deletion"] = ("DELETE", Secrets),
        ["a question to the gate"] = ("POST", "/v1/access/list"),
    };

    private readonly PersonLimitScene scene = new();

    public Task InitializeAsync() => scene.StartAsync();

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("1.1", "a create")]
    [InlineData("2.0", "a create")]
    [InlineData("1.1", "a create of unknown length")]
    [InlineData("2.0", "a create of unknown length")]
    [InlineData("1.1", "a review")]
    [InlineData("2.0", "a review")]
    [InlineData("1.1", "options of a deletion")]
    [InlineData("2.0", "options of a deletion")]
    [InlineData("1.1", "a question to the gate")]
    public async Task A_body_that_does_not_come_is_not_waited_for(string version, string what)
    {
        var (method, path) = Bodies[what.Replace(" of unknown length", "", StringComparison.Ordinal)];
        var answer = SendPart("carol", version, method, path, 30_000, what.Contains("unknown", StringComparison.Ordinal) ? null : 60_000);
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.BodyBytes) > 0);
        scene.Time.Advance(TimeSpan.FromSeconds(59));
        answer.IsCompleted.ShouldBeFalse();
        scene.Time.Advance(TimeSpan.FromSeconds(2));
        (await answer).ShouldBe((408, "the request's body did not arrive within 60 s (kubernetes_service.limits.body_timeout)"));
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.BodyBytes) == 0);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Bodies_that_are_held_are_bounded_for_a_person_and_in_all(string version)
    {
        // Each holds 2.2 MB: the length that is announced bounds the buffer.
        _ = Create("carol");
        _ = Create("carol");
        _ = Create("carol");
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.BodyBytes) >= 6_600_000);
        (await Create("carol")).ShouldBe(
            (429, "user \"carol\" has request bodies that the gate must read before it decides, as much as one person may: 8 MiB (kubernetes_service.limits.body_mb_per_person)"));
        scene.Gate.Limits.Taken(LimitedUse.BodyBytes).ShouldBeLessThanOrEqualTo(8 << 20);

        _ = Create("dora");
        _ = Create("dora");
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.BodyBytes) >= 11_000_000);
        (await Create("dora")).ShouldBe(
            (429, "the gate has request bodies that it must read before it decides, as much as it takes: 12 MiB (kubernetes_service.limits.body_mb)"));
        (await AnswerAsync(scene.Send("bob", version, Pods))).Code.ShouldBe(200, "what is not held is not concerned");

        Task<(int Code, string? Message)> Create(string person) => SendPart(person, version, "POST", Secrets, 2_150_000, 2_200_000);
    }

    [Fact]
    public async Task A_length_that_is_announced_and_never_sent_holds_nothing()
    {
        for (var i = 0; i < 4; i++)
        {
            _ = SendPart("carol", "1.1", "POST", Secrets, 10, 3 << 20);
        }

        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.BodyBytes) >= 4 * 16 * 1024);
        scene.Gate.Limits.Taken(LimitedUse.BodyBytes).ShouldBe(4 * 16 * 1024);
    }

    [Fact]
    public async Task Large_bodies_that_are_passed_on_are_not_held()
    {
        var sum = 0;
        scene.Answer = async request =>
        {
            sum += request.Body.Length;
            await RawUpstream.Ok(request);
        };
        var call = scene.Send("alice", "2.0", "/clusters/c1/apis/x.example.com/v1/things/one/upload", r =>
        {
            r.Method = HttpMethod.Put;
            r.Content = new ByteArrayContent(new byte[40 << 20]);
        });
        (await AnswerAsync(call)).Code.ShouldBe(200);
        sum.ShouldBe(40 << 20);
        scene.Gate.Limits.Taken(LimitedUse.BodyBytes).ShouldBe(0);
    }

    /// <summary>Sends a part of a body and nothing more. Over HTTP/1.1 as bytes, since a client of the platform's reads no answer before it has sent all.</summary>
    private async Task<(int Code, string? Message)> SendPart(string person, string version, string method, string path, int sent, long? length)
    {
        if (version == "2.0")
        {
            return await AnswerAsync(scene.Send(person, version, path, r =>
            {
                r.Method = new(method);
                r.Content = new SlowContent(sent, length);
            }));
        }

        await using var client = await scene.ConnectAsync(person);
        var body = SlowContent.Begin + new string('x', sent);
        var framing = length is null ? "Transfer-Encoding: chunked" : $"Content-Length: {length}";
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{(length is null ? $"{body.Length + 1000:x}\r\n" : "")}{body}");
        var (head, text) = await client.ReadResponseAsync();
        return (head.Status, (string?)JsonNode.Parse(text)!["message"]);
    }

    /// <summary>Sends so much and then nothing more.</summary>
    private sealed class SlowContent : HttpContent
    {
        public const string Begin = """{"metadata":{"name":""" + "\"";

        private readonly int sent;
        private readonly long? length;

        public SlowContent(int sent, long? length)
        {
            (this.sent, this.length) = (sent, length);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Begin + new string('x', sent)), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length ?? 0;
            return length is not null;
        }
    }
}
