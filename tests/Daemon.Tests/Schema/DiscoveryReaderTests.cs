using System.Text;
using System.Text.Json;
using Tidegate.Kubernetes;
using Tidegate.Schema;

namespace Tidegate.Tests.Schema;

public sealed class DiscoveryReaderTests
{
    [Theory]
    [InlineData("aggregated-api")]
    [InlineData("aggregated-apis")]
    [InlineData("aggregated-beta")]
    public void An_aggregated_document_gives_every_kind_once(string name)
    {
        var expected = CaseTable.Read("Schema/kinds.tsv", 6).Where(c => c[0] == name).Select(c => string.Join(' ', c[1..]));

        var document = DiscoveryReader.ReadAggregated(File(name), "\"tag\"").ShouldNotBeNull();

        document.ETag.ShouldBe("\"tag\"");
        document.Kinds.Select(Describe).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
    }

    /// <summary>Also a group that says nothing, and one that the aggregator calls stale and repeats from memory.</summary>
    [Fact]
    public void Groups_whose_server_is_away_are_named() =>
        DiscoveryReader.ReadAggregated(File("aggregated-apis"), null)!.StaleGroups.Order(StringComparer.Ordinal)
            .ShouldBe(["broken.example.com", "empty.example.com", "metrics.k8s.io"]);

    [Fact]
    public void A_kind_whose_scope_is_not_said_or_disputed_is_not_known()
    {
        var document = DiscoveryReader.ReadAggregated(File("aggregated-apis"), null)!;
        var kinds = new ClusterKinds(Nothing, document);

        kinds.ScopeOf("odd.example.com", "things").ShouldBe(KindScope.Unknown);
        kinds.ScopeOf("new.example.com", "scopeless").ShouldBe(KindScope.Unknown);
        kinds.ScopeOf("apps", "deployments").ShouldBe(KindScope.Namespaced);
        kinds.Find("apps", "Deployments").ShouldBeNull("plural names are lower case");
    }

    [Fact]
    public void What_every_cluster_has_is_read_from_either_form()
    {
        var aggregated = DiscoveryReader.ReadAggregated(Aggregated(BuiltInKinds.All), null)!;
        var legacy = new KindCollector();
        foreach (var group in BuiltInKinds.All.GroupBy(k => k.ApiGroup))
        {
            DiscoveryReader.ReadVersion(ResourceList(group), group.Key, legacy);
        }

        foreach (var document in new[] { aggregated, legacy.Collect(null) })
        {
            var kinds = new ClusterKinds(document, document);
            kinds.Count.ShouldBe(BuiltInKinds.All.Count());
            BuiltInKinds.All.ShouldAllBe(k => kinds.ScopeOf(k.ApiGroup, k.Plural) == k.Scope);
        }
    }

    [Fact]
    public void Each_root_speaks_for_its_own_groups()
    {
        var kinds = new ClusterKinds(Document([Kind("", "as"), Kind("g", "bs")]), Document([Kind("", "as") with { Scope = KindScope.Cluster }, Kind("", "cs"), Kind("g", "ds")]));

        kinds.Count.ShouldBe(2);
        kinds.ScopeOf("", "as").ShouldBe(KindScope.Namespaced);
        kinds.ScopeOf("g", "ds").ShouldBe(KindScope.Namespaced);
    }

    [Theory]
    [InlineData("legacy-api", "/v1")]
    [InlineData("legacy-apis", "apps/v1", "autoscaling/v2", "autoscaling/v1")]
    public void An_old_document_gives_the_versions_to_ask_for(string name, params string[] versions)
    {
        DiscoveryReader.ReadAggregated(File(name), null).ShouldBeNull();
        DiscoveryReader.ReadVersions(File(name)).Select(v => $"{v.Group}/{v.Version}").ShouldBe(versions);
    }

    [Fact]
    public void A_versions_document_gives_kinds_with_their_parts()
    {
        var kinds = new KindCollector();
        DiscoveryReader.ReadVersion(File("legacy-v1"), "", kinds);

        kinds.Collect(null).Kinds.Select(Describe).Order(StringComparer.Ordinal)
            .ShouldBe([" namespaces Namespace Cluster status", " pods Pod Namespaced ephemeralcontainers log"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"kind":1}""")]
    [InlineData("""{"kind":"APIGroupDiscoveryList","items":{}}""")]
    [InlineData("""{"kind":"APIGroupDiscoveryList","items":[1]}""")]
    [InlineData("""{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"a"},"versions":[{"resources":[{"resource":1}]}]}]}""")]
    public void What_is_no_discovery_is_refused(string body) =>
        Should.Throw<FormatException>(() => DiscoveryReader.ReadAggregated(Encoding.UTF8.GetBytes(body), null));

    [Theory]
    [InlineData("""{"kind":"Status"}""")]
    [InlineData("{}")]
    [InlineData("""{"kind":"APIResourceList","resources":[{"name":"pods","kind":"Pod"}]}""")]
    public void An_old_document_of_another_kind_is_refused(string body)
    {
        Should.Throw<FormatException>(() => DiscoveryReader.ReadVersions(Encoding.UTF8.GetBytes(body)));
        Should.Throw<FormatException>(() => DiscoveryReader.ReadVersion(Encoding.UTF8.GetBytes(body), "", new()));
    }

    [Fact]
    public void A_stale_group_keeps_its_kinds_and_a_group_that_is_gone_does_not()
    {
        var before = Document([Kind("broken", "as"), Kind("broken", "bs"), Kind("gone", "cs"), Kind("fine", "ds")]);
        var now = Document([Kind("broken", "as") with { Scope = KindScope.Cluster }, Kind("fine", "es")], "broken").WithStaleFrom(before);

        now.Kinds.Select(k => $"{k.Group} {k.Plural} {k.Scope}").ShouldBe(["broken as Cluster", "fine es Namespaced", "broken bs Namespaced"]);
        Document([Kind("fine", "es")]).WithStaleFrom(before).Kinds.ShouldHaveSingleItem().Plural.ShouldBe("es");
        Document([], "broken").WithStaleFrom(null).Kinds.ShouldBeEmpty();
    }

    private static DiscoveryDocument Nothing => Document([]);

    private static DiscoveryDocument Document(IReadOnlyList<ClusterKind> kinds, params string[] stale) => new(kinds, stale.ToHashSet(), null);

    private static ClusterKind Kind(string group, string plural) => new(group, plural, "", KindScope.Namespaced, []);

    private static string Describe(ClusterKind kind) =>
        $"{kind.Group} {kind.Plural} {kind.Kind} {kind.Scope} {string.Join(' ', kind.Subresources.Order(StringComparer.Ordinal))}";

    private static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Schema", name + ".json"));

    private static byte[] Aggregated(IEnumerable<(string ApiGroup, string Plural, KindScope Scope)> kinds) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        kind = "APIGroupDiscoveryList",
        items = kinds.GroupBy(k => k.ApiGroup).Select(g => new
        {
            metadata = new { name = g.Key },
            versions = new[] { new { version = "v1", freshness = "Current", resources = g.Select(k => new { resource = k.Plural, scope = k.Scope.ToString() }) } },
        }),
    });

    private static byte[] ResourceList(IEnumerable<(string ApiGroup, string Plural, KindScope Scope)> kinds) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        kind = "APIResourceList",
        resources = kinds.Select(k => new { name = k.Plural, kind = "", namespaced = k.Scope == KindScope.Namespaced }),
    });
}
