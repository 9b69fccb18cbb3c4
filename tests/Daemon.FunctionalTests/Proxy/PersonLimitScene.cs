using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Limits;
using Tidegate.State;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>A gate with narrow limits, and a cluster that answers bob, and nobody else.</summary>
internal sealed class PersonLimitScene : IAsyncDisposable
{
    public const string Pods = "/clusters/c1/api/v1/namespaces/default/pods";
    public const string Secrets = "/clusters/c1/api/v1/namespaces/default/secrets";

    private const string Core =
        """{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"secrets","responseKind":{"group":"","version":"v1","kind":"Secret"},"scope":"Namespaced","singularResource":"secret","verbs":["get","list","create","delete","deletecollection"]}]}]}]}""";

    private const string NoGroups = """{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[]}""";

    private readonly List<IDisposable> open = [];
    private Scene inner = null!;

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public Gate Gate => inner.Gate;

    public RawUpstream Upstream => inner.Upstream;

    public Func<RawRequest, Task> Answer
    {
        set => inner.Answer = value;
    }

    public Task StartAsync() =>
        StartAsync(new() { RequestsPerPerson = 4, StreamsPerPerson = 3, HeaderMegabytesPerPerson = 1, BodyMegabytesPerPerson = 8, BodyMegabytes = 12 });

    public async Task StartAgainAsync(LimitOptions limits)
    {
        await inner.DisposeAsync();
        await StartAsync(limits);
    }

    public Task<RawClient> ConnectAsync(string person = "alice") => inner.ConnectAsync(person);

    /// <summary>Each call has a connection of its own.</summary>
    public Call Send(string person, string version, string path, Action<HttpRequestMessage>? change = null)
    {
        var http = inner.Http2(person);
        var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        change?.Invoke(request);
        open.Add(cancel);
        return new(http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel.Token), cancel);
    }

    public async Task SeenAsync(int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            await inner.Upstream.NextAsync();
        }
    }

    public static async Task<(int Code, string? Message)> AnswerAsync(Call call)
    {
        using var answer = await call.Answer;
        if (answer.IsSuccessStatusCode)
        {
            return ((int)answer.StatusCode, null);
        }

        return ((int)answer.StatusCode, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
    }

    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        open.ForEach(o => o.Dispose());
        await inner.DisposeAsync();
    }

    /// <summary>Carol and dora may see, make and delete some secrets, so that what they send must be looked into.</summary>
    private async Task StartAsync(LimitOptions limits)
    {
        inner = new() { Limits = limits, Time = Time, Answer = AnswerAsync };
        await inner.InitializeAsync();
        var origin = new Tidegate.Values.Origin("roles/part.yaml", 1, "0123456789abcdef0123456789abcdef01234567");
        inner.Gate.Apply(inner.State.Role("part", ["devs"], resources: new KubernetesResource("secret", "", "default", "web-*", ["*"], origin)).User("carol", "part").User("dora", "part"));
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

    public sealed record Call(Task<HttpResponseMessage> Answer, CancellationTokenSource Source)
    {
        public void Cancel() => Source.Cancel();
    }
}
