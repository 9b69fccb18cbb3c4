using System.Globalization;
using System.Text.Json.Nodes;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>Requests that are refused, each with its exact answer: the table in <c>bad-requests.cases</c>.</summary>
public sealed class BadRequestTests(BadRequestTests.People people) : IClassFixture<BadRequestTests.People>
{
    private static readonly IReadOnlyDictionary<string, CaseEntry> Table = CaseFile.Read("Proxy/bad-requests.cases");

    public static TheoryData<string> Names => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_bad_request_gets_a_clear_answer(string name)
    {
        var entry = Table[name];
        var person = entry.All('u') is [var other] ? other : "alice";
        await using var client = await people.Scene.ConnectAsync(person);
        var lines = entry.All('>');
        var headers = string.Concat(lines.Skip(1).Select(l => l + "\r\n"));

        await client.SendAsync($"{lines[0]} HTTP/1.1\r\nHost: gate.example.com\r\n{headers}\r\n");

        if (entry.All('~') is [var bare])
        {
            (await client.ReadHeadAsync()).Status.ToString(CultureInfo.InvariantCulture).ShouldBe(bare);
        }
        else
        {
            var (head, body) = await client.ReadResponseAsync();
            head.Status.ToString(CultureInfo.InvariantCulture).ShouldBe(entry.One('='));
            head.Value("Content-Type").ShouldBe("application/json");
            var status = JsonNode.Parse(body)!;
            ((string?)status["kind"]).ShouldBe("Status");
            ((string?)status["message"]).ShouldBe(entry.One('!'));
            ((int?)status["code"]).ShouldBe(head.Status);
        }

        people.Scene.Upstream.Count.ShouldBe(0, "a refused request must not reach a cluster");
    }

    /// <summary>The usual scene and people who may not enter it, each for another reason.</summary>
    public sealed class People : IAsyncLifetime
    {
        public Scene Scene { get; } = new();

        public async Task InitializeAsync()
        {
            await Scene.InitializeAsync();
            Scene.Gate.Apply(Scene.State
                .Role("elsewhere", ["devs"], label: ("env", "prod"))
                .Role("nothing", [])
                .Role("several", ["devs"], ["x", "y"])
                .Role("masters", ["system:masters"])
                .User("carol", "elsewhere")
                .User("dave")
                .User("erin", "gone")
                .User("frank", "nothing")
                .User("grace", "several")
                .User("heidi", "masters")
                .User("ivan", "dev")
                .Lock("leave", new("ivan", null, null), "on leave"));
        }

        public Task DisposeAsync() => Scene.DisposeAsync();
    }
}
