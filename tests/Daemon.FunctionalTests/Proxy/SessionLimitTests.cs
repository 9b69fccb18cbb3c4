using Microsoft.Extensions.Time.Testing;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.State;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>What the roles say of open streams: they end at the instant, cleanly, and the record says why.</summary>
public sealed class SessionLimitTests : IAsyncLifetime
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);
    private static readonly RoleOptions OneHour = new() { MaxSessionTtl = TimeSpan.FromHours(1) };
    private static readonly RoleOptions FifteenMinutes = new() { ClientIdleTimeout = TimeSpan.FromMinutes(15) };

    private readonly FakeTimeProvider time = new(DateTimeOffset.UtcNow);
    private Scene scene = null!;

    public static TheoryData<string> Kinds => ["watch", "logs", "exec", "spdy exec", "port-forward", "spdy port-forward"];

    public static IEnumerable<object[]> SignsOfLife() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Proxy/signs-of-life.tsv")).Where(l => l[0] != '#').Select(l => (object[])l.Split('\t'));

    public async Task InitializeAsync() => scene = await Scene.StartAsync(Streams.AnswerAsync, time);

    public Task DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stream_ends_when_it_has_lasted_as_long_as_a_role_lets_it(string kind)
    {
        Apply(OneHour);
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, kind);

        time.Advance(TimeSpan.FromHours(1) - Instant);
        await ShouldBeOpenAsync(client, seen, kind);
        time.Advance(Instant);

        await ShouldEndAsync(client, kind, "the session has lasted max_session_ttl (1h0m0s) of role \"dev\"");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stream_ends_when_nothing_has_passed_for_as_long_as_a_role_lets_it(string kind)
    {
        Apply(FifteenMinutes);
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, kind);

        for (var i = 0; i < 4; i++)
        {
            time.Advance(TimeSpan.FromMinutes(14));
            await ShouldBeOpenAsync(client, seen, kind);
        }

        time.Advance(TimeSpan.FromMinutes(15));
        await ShouldEndAsync(client, kind, "no activity for client_idle_timeout (15m0s) of role \"dev\"");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stream_ends_with_the_certificate_where_a_role_says_so(string kind)
    {
        Apply(new() { DisconnectExpiredCert = true });
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, kind);
        var left = scene.CertificateOf("alice").NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime;

        time.Advance(left - Instant);
        await ShouldBeOpenAsync(client, seen, kind);
        time.Advance(Instant);

        await ShouldEndAsync(client, kind, "the client certificate has expired (disconnect_expired_cert of role \"dev\")");
    }

    [Fact]
    public async Task A_stream_outlives_the_certificate_where_no_role_says_otherwise()
    {
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, "watch");

        time.Advance(TimeSpan.FromDays(21));

        await ShouldBeOpenAsync(client, seen, "watch");
    }

    [Theory]
    [MemberData(nameof(SignsOfLife))]
    public async Task Signs_of_life_are_no_activity_and_data_is(string kind, string clientAlive, string clientData, string clusterAlive, string clusterData)
    {
        Apply(FifteenMinutes);
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, kind);

        time.Advance(TimeSpan.FromMinutes(14));
        await UpAsync(clientData);
        time.Advance(TimeSpan.FromMinutes(14));
        await DownAsync(clusterData);
        time.Advance(TimeSpan.FromMinutes(14));
        await UpAsync(clientAlive);
        await DownAsync(clusterAlive);
        time.Advance(TimeSpan.FromMinutes(1));

        await ShouldEndAsync(client, kind, "no activity for client_idle_timeout (15m0s) of role \"dev\"");

        async Task UpAsync(string hex)
        {
            var bytes = Bytes(hex);
            await client.Stream.WriteAsync(bytes);
            var read = new byte[bytes.Length];
            await seen.Stream.ReadExactlyAsync(read, seen.Stopping);
            read.ShouldBe(bytes);
        }

        async Task DownAsync(string hex)
        {
            var bytes = Bytes(hex);
            await seen.WriteAsync(bytes);
            var read = new byte[bytes.Length];
            await client.Stream.ReadExactlyAsync(read, seen.Stopping);
            read.ShouldBe(bytes);
        }
    }

    [Fact]
    public async Task The_strictest_of_all_roles_holds_also_of_one_that_does_not_match_the_cluster()
    {
        scene.Gate.Apply(scene.State
            .Role("dev", ["devs"], options: new() { MaxSessionTtl = TimeSpan.FromHours(2) })
            .Role("elsewhere", ["devs"], label: ("env", "prod"), options: OneHour)
            .User("alice", "dev", "elsewhere"));
        await using var client = await scene.ConnectAsync();
        await OpenAsync(client, "exec");

        time.Advance(TimeSpan.FromHours(1));

        await ShouldEndAsync(client, "exec", "the session has lasted max_session_ttl (1h0m0s) of role \"elsewhere\"");
    }

    [Fact]
    public async Task New_limits_hold_for_what_is_open_and_count_from_its_start()
    {
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, "watch");
        time.Advance(TimeSpan.FromMinutes(50));
        Apply(OneHour);
        time.Advance(TimeSpan.FromMinutes(10) - Instant);
        await ShouldBeOpenAsync(client, seen, "watch");

        time.Advance(Instant);

        await ShouldEndAsync(client, "watch", "the session has lasted max_session_ttl (1h0m0s) of role \"dev\"");
    }

    [Fact]
    public async Task A_limit_that_is_lowered_below_what_has_passed_ends_a_stream_at_once_and_one_that_is_lifted_lets_it_go_on()
    {
        Apply(OneHour);
        await using var client = await scene.ConnectAsync();
        var seen = await OpenAsync(client, "exec");
        time.Advance(TimeSpan.FromMinutes(50));
        Apply(RoleOptions.None);
        time.Advance(TimeSpan.FromMinutes(50));
        await ShouldBeOpenAsync(client, seen, "exec");

        Apply(OneHour);

        await ShouldEndAsync(client, "exec", "the session has lasted max_session_ttl (1h0m0s) of role \"dev\"");
    }

    [Theory]
    [InlineData("exec", 504)]
    [InlineData("watch", 504)]
    public async Task A_stream_that_the_cluster_never_answers_is_ended_and_told_so(string kind, int code)
    {
        Apply(OneHour);
        scene.Answer = r => r.ParkAsync();
        await using var client = await scene.ConnectAsync();
        await client.SendAsync(Streams.Named(kind));
        await scene.Upstream.NextAsync();

        time.Advance(TimeSpan.FromHours(1));

        var (head, body) = await client.ReadResponseAsync();
        head.Status.ShouldBe(code);
        body.ShouldContain("the session has lasted max_session_ttl (1h0m0s) of role \\\"dev\\\"");
    }

    [Fact]
    public async Task Plain_requests_and_plain_answers_are_not_ended()
    {
        Apply(new() { MaxSessionTtl = TimeSpan.FromHours(1), ClientIdleTimeout = TimeSpan.FromMinutes(15), DisconnectExpiredCert = true });
        scene.Answer = async r =>
        {
            await r.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
            await r.ParkAsync();
        };
        await using var list = await scene.ConnectAsync();
        await list.SendAsync(Scene.Get("/clusters/c1/api/v1/pods"));
        await list.ReadHeadAsync();
        await using var log = await scene.ConnectAsync();
        await log.SendAsync(Scene.Get($"/clusters/c1{Streams.Pod}/log"));
        await log.ReadHeadAsync();
        var (first, second) = (await scene.Upstream.NextAsync(), await scene.Upstream.NextAsync());

        time.Advance(TimeSpan.FromDays(30));
        await first.WriteAsync("cd");
        await second.WriteAsync("cd");

        (await list.ReadTextAsync(4)).ShouldBe("abcd");
        (await log.ReadTextAsync(4)).ShouldBe("abcd");
    }

    private void Apply(RoleOptions options) => scene.Gate.Apply(scene.State.Role("dev", ["devs", "ops,eu"], options: options));

    private async Task<RawRequest> OpenAsync(RawClient client, string kind)
    {
        await client.SendAsync(Streams.Named(kind));
        (await client.ReadHeadAsync()).Status.ShouldBeOneOf(101, 200);
        return await scene.Upstream.NextAsync();
    }

    /// <summary>The cluster's data reaches the client.</summary>
    private static async Task ShouldBeOpenAsync(RawClient client, RawRequest seen, string kind)
    {
        if (kind is "watch" or "logs")
        {
            await seen.WriteChunkAsync("{}\n");
            (await client.ReadChunkAsync()).ShouldBe("{}\n");
            return;
        }

        var data = Bytes(kind switch
        {
            "exec" => "82 02 01 61",
            "port-forward" => "82 09 00 00 00 01 00 00 00 01 61",
            _ => "00 00 00 01 00 00 00 01 61",
        });
        await seen.WriteAsync(data);
        var read = new byte[data.Length];
        await client.Stream.ReadExactlyAsync(read, seen.Stopping);
        read.ShouldBe(data);
    }

    /// <summary>It ends as its protocol ends, and with the reason in the audit record.</summary>
    private async Task ShouldEndAsync(RawClient client, string kind, string reason)
    {
        if (kind is "watch" or "logs")
        {
            (await client.ReadChunkAsync()).ShouldBeEmpty("the body must end with a last chunk");
        }
        else
        {
            var farewell = await client.ReadToEndAsync();
            var isWebSocket = kind is "exec" or "port-forward";
            farewell[..2].ShouldBe(isWebSocket ? [0x88, (byte)(2 + reason.Length)] : [0x80, 0x03]);
            farewell.Length.ShouldBe(isWebSocket ? 4 + reason.Length : 16);
        }

        var record = await scene.Gate.AuditRecordAsync(r => (string?)r["stage"] == "end");
        ((string?)record["reason"]).ShouldBe(reason);
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
