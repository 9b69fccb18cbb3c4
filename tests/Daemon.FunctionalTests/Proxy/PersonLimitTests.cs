using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Limits;
using Tidegate.State;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>One person keeps the gate busy: what is one too many is refused with a Status that says why, and the others are served.</summary>
public sealed class PersonLimitTests : IAsyncLifetime
{
    private const string Pods = "/clusters/c1/api/v1/namespaces/default/pods";
    private const string Secrets = "/clusters/c1/api/v1/namespaces/default/secrets";

    private const string Core =
        """{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"secrets","responseKind":{"group":"","version":"v1","kind":"Secret"},"scope":"Namespaced","singularResource":"secret","verbs":["get","list","create","delete","deletecollection"]}]}]}]}""";

    private const string NoGroups = """{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[]}""";

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private readonly List<IDisposable> open = [];
    private Scene scene = null!;

    /// <summary>A cluster that answers bob, and nobody else.</summary>
    public async Task InitializeAsync() => await StartAsync(new() { RequestsPerPerson = 4, StreamsPerPerson = 3, HeaderMegabytesPerPerson = 1, BodyMegabytesPerPerson = 8, BodyMegabytes = 12 });

    public async Task DisposeAsync()
    {
        open.ForEach(o => o.Dispose());
        await scene.DisposeAsync();
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Requests_in_flight_are_counted_over_all_connections_of_a_person(string version)
    {
        var hanging = Enumerable.Range(0, 4).Select(_ => Send("alice", version, Pods)).ToList();
        await SeenAsync(4);
        var (code, message) = await AnswerAsync(Send("alice", version, Pods));
        (code, message).ShouldBe((429, "user \"alice\" has requests under way, as much as one person may: 4 (kubernetes_service.limits.requests_per_person)"));
        (await AnswerAsync(Send("bob", version, Pods))).Code.ShouldBe(200);
        (await AnswerAsync(Send("alice", version, $"{Pods}?watch=1"))).Code.ShouldBe(200, "a stream has a limit of its own");

        hanging[0].Cancel();
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.Requests) == 3);
        _ = Send("alice", version, Pods);
        await SeenAsync(1);
        var record = await scene.Gate.AuditRecordAsync(r => (int?)r["response_code"] == 429);
        ((string?)record["reason"]).ShouldBe(message);
        (await Exposition.OfAsync(scene.Gate.Metrics.Registry))["tidegate_kubernetes_server_refused_requests_total{reason=\"limit\"}"].ShouldBe(1);
    }

    [Theory]
    [InlineData("1.1", "/api/v1/namespaces/default/pods?watch=1")]
    [InlineData("2.0", "/api/v1/namespaces/default/pods?watch=1")]
    [InlineData("1.1", "/api/v1/namespaces/default/pods/web/log?follow=true")]
    public async Task Streams_have_a_limit_and_free_their_place_at_their_end(string version, string path)
    {
        var streams = new List<Call>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(Send("alice", version, $"/clusters/c1{path}"));
            (await streams[^1].Answer).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        (await AnswerAsync(Send("alice", version, $"/clusters/c1{path}"))).ShouldBe(
            (429, "user \"alice\" has watches, logs, execs and port-forwards open, as much as one person may: 3 (kubernetes_service.limits.streams_per_person)"));
        (await AnswerAsync(Send("bob", version, $"/clusters/c1{path}"))).Code.ShouldBe(200);
        streams[0].Cancel();
        (await streams[0].Answer).Dispose();
        await UntilAsync(() => scene.Gate.Limits.Taken(LimitedUse.Streams) <= 3);
        await UntilAsync(async () => (await Send("alice", version, $"/clusters/c1{path}").Answer).StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Headers_of_requests_that_hang_are_bounded_by_what_they_hold(string version)
    {
        await StartAgainAsync(new() { HeaderMegabytesPerPerson = 1 });
        var sent = 0;
        (int Code, string? Message) refused = default;
        while (refused.Code != 429 && sent < 50)
        {
            sent++;
            var call = Send("alice", version, Pods, r => r.Headers.Add("X-Padding", new string('x', 200_000)));
            if (await Task.WhenAny(call.Answer, SeenAsync(1)) == call.Answer)
            {
                refused = await AnswerAsync(call);
            }
        }

        refused.ShouldBe((429, "user \"alice\" has headers of requests under way, as much as one person may: 1 MiB (kubernetes_service.limits.header_mb_per_person)"));
        sent.ShouldBe(6);
        scene.Gate.Limits.Taken(LimitedUse.HeaderBytes).ShouldBeLessThanOrEqualTo(1 << 20);
        (await AnswerAsync(Send("bob", version, Pods))).Code.ShouldBe(200);
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
            var call = where == "the path" ? Send("alice", version, $"{Pods}?labelSelector={tooLong}") : Send("alice", version, Pods, r => r.Headers.Add("X-Padding", tooLong));
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
        time.Advance(TimeSpan.FromSeconds(59));
        answer.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(2));
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
        (await AnswerAsync(Send("bob", version, Pods))).Code.ShouldBe(200, "what is not held is not concerned");

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
        var call = Send("alice", "2.0", "/clusters/c1/apis/x.example.com/v1/things/one/upload", r =>
        {
            r.Method = HttpMethod.Put;
            r.Content = new ByteArrayContent(new byte[40 << 20]);
        });
        (await AnswerAsync(call)).Code.ShouldBe(200);
        sum.ShouldBe(40 << 20);
        scene.Gate.Limits.Taken(LimitedUse.BodyBytes).ShouldBe(0);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Connections_of_a_person_have_a_limit_that_says_why(string version)
    {
        await StartAgainAsync(new() { ConnectionsPerPerson = 3 });
        for (var i = 0; i < 3; i++)
        {
            _ = Send("alice", version, Pods);
        }

        await SeenAsync(3);
        var (code, message) = await AnswerAsync(Send("alice", version, "/v1/kube_clusters"));
        (code, message).ShouldBe((429, "user \"alice\" has connections open, as much as one person may: 3 (kubernetes_service.limits.connections_per_person)"));
        (await AnswerAsync(Send("bob", version, Pods))).Code.ShouldBe(200);

        await using var silent = await scene.ConnectAsync();
        var end = silent.ReadToEndAsync();
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });
        scene.Gate.Limits.Taken(LimitedUse.Connections).ShouldBe(4);
    }

    [Fact]
    public async Task A_lower_limit_holds_from_the_next_request_on()
    {
        _ = Send("alice", "2.0", Pods);
        _ = Send("alice", "2.0", Pods);
        await SeenAsync(2);
        scene.Gate.Limits.Reconfigure(new() { RequestsPerPerson = 1, Requests = 2 });
        (await AnswerAsync(Send("alice", "2.0", Pods))).Message!.ShouldEndWith("1 (kubernetes_service.limits.requests_per_person)");
        (await AnswerAsync(Send("bob", "2.0", Pods))).ShouldBe((429, "the gate has requests under way, as much as it takes: 2 (kubernetes_service.limits.requests)"));
    }

    private static readonly Dictionary<string, (string Method, string Path)> Bodies = new(StringComparer.Ordinal)
    {
        ["a create"] = ("POST", Secrets),
        ["a review"] = ("POST", "/clusters/c1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
        ["options of a deletion"] = ("DELETE", Secrets),
        ["a question to the gate"] = ("POST", "/v1/access/list"),
    };

    private async Task StartAgainAsync(LimitOptions limits)
    {
        await scene.DisposeAsync();
        await StartAsync(limits);
    }

    /// <summary>Carol and dora may see, make and delete some secrets, so that what they send must be looked into.</summary>
    private async Task StartAsync(LimitOptions limits)
    {
        scene = new() { Limits = limits, Time = time, Answer = AnswerAsync };
        await scene.InitializeAsync();
        var origin = new Tidegate.Values.Origin("roles/part.yaml", 1, "0123456789abcdef0123456789abcdef01234567");
        scene.Gate.Apply(scene.State.Role("part", ["devs"], resources: new KubernetesResource("secret", "", "default", "web-*", ["*"], origin)).User("carol", "part").User("dora", "part"));
    }

    private static async Task AnswerAsync(RawRequest request)
    {
        switch (request.RequestLine)
        {
            case "GET /api HTTP/1.1":
                await ReplyAsync(request, Core);
                return;
            case "GET /apis HTTP/1.1":
                await ReplyAsync(request, NoGroups);
                return;
            case var line when line.Contains("watch=1", StringComparison.Ordinal) || line.Contains("follow=true", StringComparison.Ordinal):
                await request.WriteAsync(Streams.WatchHead);
                await request.WriteChunkAsync("{}\n");
                break;
            case var _ when request.Values("Impersonate-User") is ["bob"]:
                await RawUpstream.Ok(request);
                return;
        }

        await request.HoldAsync();
    }

    private static Task ReplyAsync(RawRequest request, string body) =>
        request.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private async Task SeenAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            await scene.Upstream.NextAsync();
        }
    }

    /// <summary>Sends a part of a body and nothing more. Over HTTP/1.1 as bytes, since a client of the platform's reads no answer before it has sent all.</summary>
    private async Task<(int Code, string? Message)> SendPart(string person, string version, string method, string path, int sent, long? length)
    {
        if (version == "2.0")
        {
            return await AnswerAsync(Send(person, version, path, r =>
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

    /// <summary>Each call has a connection of its own.</summary>
    private Call Send(string person, string version, string path, Action<HttpRequestMessage>? change = null)
    {
        var http = scene.Http2(person);
        var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        change?.Invoke(request);
        open.Add(cancel);
        return new(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel.Token), cancel);
    }

    private static async Task<(int Code, string? Message)> AnswerAsync(Call call)
    {
        using var answer = await call.Answer;
        if (answer.IsSuccessStatusCode)
        {
            return ((int)answer.StatusCode, null);
        }

        return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
    }

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private sealed record Call(Task<HttpResponseMessage> Answer, CancellationTokenSource Source)
    {
        public void Cancel() => Source.Cancel();
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
