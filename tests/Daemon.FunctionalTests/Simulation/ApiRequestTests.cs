using Tidegate.Simulation;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Simulation.Requests;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>The simulated API server reads requests as requestinfo.go does, and its recorder keeps what it read.</summary>
public sealed class ApiRequestTests
{
    public static IEnumerable<object[]> Cases() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Simulation", "requests.tsv")).Where(l => !l.StartsWith('#')).Select(l => new object[] { l });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_read_by_the_table(string line)
    {
        string[] given = line.Split('\t');
        string[] cells = [.. given, .. Enumerable.Repeat("", 12 - given.Length)];

        ApiRequest request = ApiRequest.Parse(cells[0], cells[1], cells[2]);

        string[] read =
        [
            request.Verb, request.IsResource ? "+" : "-", request.Group, request.Version, request.Namespace, request.Resource, request.Subresource, request.Name, request.Rest,
        ];
        read.ShouldBe(cells[3..]);
    }

    [Theory]
    [InlineData("/api/v1/watch", 500)]
    [InlineData("/apis/apps/v1/proxy", 500)]
    [InlineData("/api/v1/pods/%zz", 400)]
    public void What_cannot_be_read_is_an_error(string path, int code) => Should.Throw<ApiException>(() => ApiRequest.Parse("GET", path, "")).Code.ShouldBe(code);

    [Fact]
    public void Selectors_are_kept_where_the_verb_honours_them()
    {
        const string Query = "labelSelector=a%3Db&fieldSelector=type%3DOpaque";

        ApiRequest.Parse("GET", "/api/v1/secrets", Query).ShouldSatisfyAllConditions(r => r.LabelSelector.ShouldBe("a=b"), r => r.FieldSelector.ShouldBe("type=Opaque"));
        ApiRequest.Parse("DELETE", "/api/v1/secrets", Query).LabelSelector.ShouldBe("a=b");
        ApiRequest.Parse("POST", "/api/v1/secrets", Query).LabelSelector.ShouldBe("");
        ApiRequest.Parse("GET", "/api/v1/watch/secrets", Query).LabelSelector.ShouldBe("");
    }

    [Fact]
    public async Task A_recorded_request_says_what_was_asked_for()
    {
        await using ApiClient api = await ApiClient.StartAsync(new SimulatedClusterOptions());

        await api.GetAsync("/apis/apps/v1/namespaces/prod/deployments/shop/scale");

        RecordedRequest recorded = api.Cluster.Requests[^1];
        ApiRequest asked = recorded.Api.ShouldNotBeNull();
        (asked.Verb, asked.Group, asked.Version, asked.Resource, asked.Subresource).ShouldBe(("get", "apps", "v1", "deployments", "scale"));
        (asked.Namespace, asked.Name, asked.IsResource).ShouldBe(("prod", "shop", true));
    }
}
