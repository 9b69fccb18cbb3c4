using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Tests;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>A person with hundreds of open streams loses them as fast as one with a single one, and the neighbours lose none.</summary>
[Collection(Undisturbed.Name)]
public sealed class RevocationAtScaleTests : IAsyncLifetime
{
    private const int Watches = 200;
    private const int Execs = 20;
    private const string Reason = "none of the roles of user \"alice\" exists: alices";

    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(1);

    private readonly List<RawRequest> arrived = [];
    private Scene scene = null!;

    public async Task InitializeAsync()
    {
        scene = await Scene.StartAsync(Streams.AnswerAsync, new WatchedTime());
        scene.Gate.Apply(scene.State.Role("alices", ["devs"]).User("alice", "alices"));
    }

    public Task DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Over_http1_all_end_within_a_second_and_a_neighbour_s_go_on()
    {
        var hers = await OpenAsync("alice", Watches, Streams.Watch());
        var execs = await OpenAsync("alice", Execs, Streams.WebSocketExec());
        var his = await OpenAsync("bob", Watches, Streams.Watch());

        await ShouldEndInTimeAsync([.. hers.Select(EndOfBodyAsync), .. execs.Select(EndOfStreamAsync)]);

        await WriteToBobAsync();
        (await Task.WhenAll(his.Select(c => c.ReadChunkAsync()))).ShouldAllBe(c => c == "{}\n");
        await CloseAsync([.. hers, .. execs, .. his]);
    }

    [Fact]
    public async Task Over_http2_all_end_within_a_second_and_a_neighbour_s_go_on()
    {
        var hers = await WatchAsync("alice");
        var execs = await OpenAsync("alice", Execs, Streams.WebSocketExec());
        var his = await WatchAsync("bob");

        await ShouldEndInTimeAsync([.. hers.Select(EndOfBodyAsync), .. execs.Select(EndOfStreamAsync)]);

        await WriteToBobAsync();
        foreach (var body in his)
        {
            var buffer = new byte[3];
            await body.ReadExactlyAsync(buffer);
            buffer.ShouldBe("{}\n"u8.ToArray());
        }

        await CloseAsync(execs);
    }

    private async Task ShouldEndInTimeAsync(Task[] ends)
    {
        await UntilArrivedAsync();
        var clock = PromisedTime.Start();
        scene.Gate.Apply(scene.State.WithoutRole("alices"));
        await Task.WhenAll(ends);
        clock.ShouldBeKept(Promise);

        await scene.Gate.AuditRecordAsync(_ => scene.Gate.Server.InFlight.Count == Watches);
        var records = scene.Gate.AuditRecords().Where(r => (string?)r["stage"] == "end").ToList();
        records.Count.ShouldBe(Watches + Execs);
        records.ShouldAllBe(r => (string?)r["reason"] == Reason && (string?)r["user"] == "alice");
    }

    private async Task<List<RawClient>> OpenAsync(string person, int count, string request)
    {
        var clients = await scene.ConnectManyAsync(count, person);
        await Task.WhenAll(clients.Select(async client =>
        {
            await client.SendAsync(request);
            (await client.ReadHeadAsync()).Status.ShouldBeOneOf(101, 200);
        }));
        return clients;
    }

    private async Task<List<Stream>> WatchAsync(string person)
    {
        var http = scene.Http2(person);
        var watches = await Task.WhenAll(Enumerable.Range(0, Watches).Select(i => http.GetAsync(
            new Uri($"/clusters/c1/api/v1/namespaces/n{i}/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead)));
        return [.. await Task.WhenAll(watches.Select(w => w.Content.ReadAsStreamAsync()))];
    }

    private async Task UntilArrivedAsync()
    {
        while (arrived.Count < (2 * Watches) + Execs)
        {
            arrived.Add(await scene.Upstream.NextAsync());
        }
    }

    private Task WriteToBobAsync() => Task.WhenAll(arrived.Where(r => r.Values("Impersonate-User") is ["bob"]).Select(r => r.WriteChunkAsync("{}\n")));

    private static async Task EndOfBodyAsync(RawClient client) => (await client.ReadChunkAsync()).ShouldBeEmpty();

    private static async Task EndOfBodyAsync(Stream body) => (await body.ReadAsync(new byte[1])).ShouldBe(0);

    private static async Task EndOfStreamAsync(RawClient client) => (await client.ReadToEndAsync())[0].ShouldBe((byte)0x88);

    private static Task CloseAsync(IEnumerable<RawClient> clients) => Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
}
