using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tidegate.Simulation;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Protobuf;

namespace Tidegate.FunctionalTests.Simulation;

/// <summary>Objects survive the way into Kubernetes protobuf and back.</summary>
public sealed class ProtobufTests
{
    [Theory]
    [InlineData("Pod", "web-0")]
    [InlineData("Deployment", "shop")]
    [InlineData("Service", "web")]
    [InlineData("Secret", "credentials")]
    [InlineData("ConfigMap", "settings")]
    [InlineData("ClusterRole", "edit")]
    public async Task A_seeded_object_is_read_back_as_it_was(string kind, string name)
    {
        await using SimulatedCluster cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);
        ResourceType type = ResourceTypes.All.First(t => t.Kind == kind);
        JsonObject item = cluster.Store.List(type, "").Items.Single(i => i.Name() == name);

        JsonObject back = ProtobufReader.Read(ProtobufWriter.Object(item));

        WithoutNulls(back).ShouldBe(WithoutNulls(item));
    }

    [Fact]
    public async Task A_list_is_given_in_protobuf_where_it_is_preferred()
    {
        await using SimulatedCluster cluster = await SimulatedCluster.StartAsync(new SimulatedClusterOptions(), CancellationToken.None);
        using HttpClient client = new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.AdminToken);
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.kubernetes.protobuf,application/json");

        using HttpResponseMessage response = await client.GetAsync(cluster.Url + "/api/v1/namespaces/default/pods");

        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.kubernetes.protobuf");
        JsonObject list = ProtobufReader.Read(await response.Content.ReadAsByteArrayAsync());
        list.Text("kind").ShouldBe("PodList");
        list.Items("items").Select(i => i.Text("metadata", "name")).ShouldBe(["web-0", "web-1"]);
    }

    /// <summary>One order of fields, and nothing that JSON may leave out: nulls and the values that Go leaves out when they are zero.</summary>
    private static string WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.Where(p => p.Value is not null).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{WithoutNulls(p.Value)}")) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(WithoutNulls)) + "]",
        _ => node?.ToJsonString() ?? "null",
    };
}
