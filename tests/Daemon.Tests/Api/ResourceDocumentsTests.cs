using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Tidegate.Api;
using Tidegate.Manifests;
using Tidegate.State;
using Tidegate.Tests.State;
using Tidegate.Values;

namespace Tidegate.Tests.Api;

/// <summary>What <c>tidegate get</c> prints can be committed.</summary>
public sealed class ResourceDocumentsTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Origin Here = new("f", 1, "");

    private static readonly Gen<string> Pattern = Gen.OneOf("*", "a", "web-*", "^(a|b)$", "{{external.team}}", "^{{external.team}}-.*$");

    private static readonly Gen<EquatableList<string>> Verbs =
        Gen.OneOf(Gen.Const(new List<string> { "*" }), Gen.OneOf([.. KubernetesResource.AllVerbs, "{{external.verbs}}"]).List[0, 4]).Select(v => v.ToEquatableList());

    private static readonly Gen<RoleOptions> Options = Gen.Select(Limit(), Limit(), Gen.Bool, Gen.Int[0, 3]).Select((ttl, idle, expiry, connections) =>
        new RoleOptions { MaxSessionTtl = ttl, ClientIdleTimeout = idle, DisconnectExpiredCert = expiry, MaxKubernetesConnections = connections });

    private static readonly Gen<Role> Roles = Gen.Select(Gen.Int[3, 8], Gen.Bool, Options).SelectMany((version, hasLabels, options) =>
        Gen.Select(Entry(version).List[0, 4], Entry(version).List[0, 3]).Select((allowed, denied) =>
        {
            var labels = EquatableMap<EquatableList<string>>.From(version == 3 || hasLabels ? [KeyValuePair.Create<string, EquatableList<string>>("*", ["*"])] : []);
            var resources = labels.Count > 0 && allowed.Count == 0 ? KubernetesResource.DefaultsOf(version, Here) : allowed.ToEquatableList();
            return new Role(
                "r",
                version,
                new(labels, ["view"], [], Here) { KubernetesResources = resources },
                new(EquatableMap<EquatableList<string>>.Empty, [], ["root"], Here) { KubernetesResources = denied.ToEquatableList() },
                Here)
            {
                Options = options,
            };
        }));

    [Fact]
    public void A_role_read_from_its_document_is_the_same_role() => Roles.Sample(role =>
    {
        var document = Document(new DesiredState { Roles = new Dictionary<string, Role> { ["r"] = role } });

        var read = Read(document);

        read.Problems.Where(p => !p.IsWarning).ShouldBeEmpty();
        read.Resources.ShouldHaveSingleItem().Value.ShouldBe(role);
    });

    [Fact]
    public void A_role_of_a_file_comes_out_as_it_went_in()
    {
        const string Text = """
            {"kind":"role","version":"v8","metadata":{"name":"r","revision":"rev"},"spec":{"options":{"max_session_ttl":"8h0m0s","client_idle_timeout":"1m30s",
            "disconnect_expired_cert":true,"max_kubernetes_connections":4},"allow":{"kubernetes_labels":{"env":["dev"]},"kubernetes_resources":
            [{"kind":"deployments","api_group":"apps","namespace":"dev-*","name":"*","verbs":["get","list"]},{"kind":"nodes","name":"^n[0-9]+$","verbs":[]}]},
            "deny":{"kubernetes_resources":[{"kind":"secrets","namespace":"*","name":"*","verbs":["*"]}]}}}
            """;

        var state = StateFixture.Build(Read(Text));

        state.Problems.ShouldAllBe(p => p.IsWarning);
        Document(state).ShouldBe(Text.ReplaceLineEndings(""));
    }

    [Fact]
    public void Without_options_and_resources_a_role_has_neither()
    {
        var state = StateFixture.Build(Read("kind: role\nversion: v6\nmetadata: {name: r}\nspec: {allow: {kubernetes_labels: {env: dev}}}\n"));

        Document(state).ShouldBe("""{"kind":"role","version":"v6","metadata":{"name":"r","revision":"rev"},"spec":{"allow":{"kubernetes_labels":{"env":["dev"]}},"deny":{}}}""");
    }

    private static Gen<TimeSpan?> Limit() => Gen.OneOf(Gen.Const((TimeSpan?)null), Gen.Long[1, TimeSpan.TicksPerDay].Select(t => (TimeSpan?)TimeSpan.FromTicks(t)));

    /// <summary>Any entry that the version takes.</summary>
    private static Gen<KubernetesResource> Entry(int version) => version switch
    {
        <= 6 => Gen.Select(Pattern, Pattern).Select((place, name) => new KubernetesResource("pod", "", place, name, ["*"], Here)),
        7 => Gen.Select(Gen.OneOf([.. LegacyKinds.All.Select(k => k.Name), "*"]), Pattern, Pattern, Verbs)
            .Select((kind, place, name, verbs) => new KubernetesResource(kind, "", place, name, verbs, Here)),
        _ => Gen.Select(
                Gen.OneOf(("pods", ""), ("deployments", "apps"), ("deployments", "*"), ("widgets", "^.*[.]example[.]com$"), ("*", "*")), Pattern, Pattern, Verbs)
            .Select((kind, place, name, verbs) => new KubernetesResource(kind.Item1, kind.Item2, place, name, verbs, Here)),
    };

    private static string Document(DesiredState state) =>
        ResourceDocuments.Of(state, "roles", withSecrets: false).ShouldNotBeNull().ShouldHaveSingleItem().ToJsonString(Plain);

    private static FileResources Read(string text) => ManifestReader.Read("m.yaml", Encoding.UTF8.GetBytes(text), "rev");
}
