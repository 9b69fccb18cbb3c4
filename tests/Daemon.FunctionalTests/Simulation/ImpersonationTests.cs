using System.Net;
using System.Text;
using Tidegate.FunctionalTests.Infrastructure;
using Tidegate.Simulation;
using Tidegate.Simulation.Recording;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>The simulated API server impersonates by kube-apiserver's rules, and records what arrived.</summary>
public sealed class ImpersonationTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly CancellationTokenSource limit = new(Limit);
    private SimulatedCluster? cluster;

    private SimulatedCluster Cluster => cluster!;

    public static IEnumerable<object[]> Cases() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Simulation", "impersonation.tsv")).Where(l => !l.StartsWith('#')).Select(l => (object[])l.Split('\t'));

    public async Task InitializeAsync()
    {
        cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), limit.Token);
        foreach (string group in (string[])["system:authenticated", "system:unauthenticated"])
        {
            cluster.Bind("Group", group, "view");
        }

        cluster.Unbind("view-system-authenticated");
        cluster.Bind("User", "jane", "view");
        cluster.Bind("Group", "system:serviceaccounts:dev", "view");
        cluster.Bind("Group", "x", "view");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Impersonation_follows_the_table(string headers, string status, string user, string expected)
    {
        string[] lines = headers.Split(" | ");
        string response = await SendAsync("/api/v1/namespaces/default/pods?limit=1", lines);

        response.ShouldStartWith($"HTTP/1.1 {status} ");
        RecordedRequest request = Cluster.Requests[^1];
        request.HeaderLines.ShouldBe(["Host: cluster", $"Authorization: Bearer {Cluster.GateToken}", .. lines, "Connection: close"]);
        if (status == "200")
        {
            request.Identity!.User.ShouldBe(user);
            request.Identity.Groups.ShouldBe(expected.Split(" | "));
        }
        else
        {
            response.ShouldContain(expected);
            (request.Identity?.User ?? "").ShouldBe(user);
        }
    }

    [Fact]
    public async Task Extra_keys_are_lower_cased_and_then_unescaped()
    {
        await SendAsync("/version", "Impersonate-User: jane", "Impersonate-Extra-Example.com%2FTeam: a", "Impersonate-Extra-Example.com%2FTeam: b");

        Cluster.Requests[^1].Identity!.Extra["example.com/team"].ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Who_may_not_impersonate_is_refused_by_value()
    {
        string token = Cluster.AddToken("eve", "view");
        string response = await ExchangeAsync(
            $"GET /version HTTP/1.1\r\nHost: cluster\r\nAuthorization: Bearer {token}\r\nImpersonate-User: jane\r\nConnection: close\r\n\r\n");

        response.ShouldStartWith("HTTP/1.1 403 ");
        response.ShouldContain("users \\\"jane\\\" is forbidden: User \\\"eve\\\" cannot impersonate resource \\\"users\\\" in API group \\\"\\\" at the cluster scope");
    }

    [Fact]
    public async Task The_request_line_is_recorded_as_it_arrived_even_after_a_body()
    {
        const string Target = "/api/v1/namespaces/default/pods/web-0/proxy/a%2Fb//c/../d%20e?x=%2F&y=a+b&z=%zz";
        string body = $"GET {Target} HTTP/1.1\r\n";
        await ExchangeAsync(
            $"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}GET {Target} HTTP/1.1\r\nHost: b\r\nX-Odd:  two  spaces \r\nConnection: close\r\n\r\n");

        RecordedRequest last = Cluster.Requests[^1];
        last.IsRaw.ShouldBeTrue();
        last.RequestLine.ShouldBe($"GET {Target} HTTP/1.1");
        last.HeaderLines.ShouldBe(["Host: b", "X-Odd:  two  spaces ", "Connection: close"]);
    }

    public async Task DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        limit.Dispose();
    }

    private Task<string> SendAsync(string target, params string[] headers) => ExchangeAsync(
        $"GET {target} HTTP/1.1\r\nHost: cluster\r\nAuthorization: Bearer {Cluster.GateToken}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Connection: close\r\n\r\n");

    /// <param name="requests">The last one must ask for <c>Connection: close</c>.</param>
    private async Task<string> ExchangeAsync(string requests)
    {
        await using RawClient client = await RawClient.ConnectAsync(IPEndPoint.Parse(new Uri(Cluster.Url).Authority), certificate: null);
        await client.SendAsync(requests);
        return Encoding.Latin1.GetString(await client.ReadToEndAsync());
    }
}
