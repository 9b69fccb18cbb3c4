using System.Text;
using System.Text.Json.Nodes;
using Tidegate.Kubernetes;
using Tidegate.Tests.Access;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>Questions that people ask about themselves are answered by what a request would get.</summary>
public sealed class SelfReviewTests : IAsyncLifetime
{
    private const string Reviews = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    private const string Manifests = """
        kind: role
        version: v8
        metadata: {name: dev}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
            - {kind: pods, api_group: '', namespace: dev, name: 'web-*', verbs: [get, list, watch, exec]}
            - {kind: secrets, api_group: '', namespace: dev, name: '*', verbs: [get, list]}
          deny:
            kubernetes_resources:
            - {kind: secrets, api_group: '', namespace: dev, name: root, verbs: ['*']}
        ---
        kind: role
        version: v8
        metadata: {name: look}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [viewers]
            kubernetes_resources:
            - {kind: configmaps, api_group: '', namespace: '*', name: '*', verbs: [get, list, watch, delete]}
            - {kind: nodes, api_group: '', namespace: '', name: '*', verbs: [list]}
        ---
        kind: role
        version: v8
        metadata: {name: mute}
        spec:
          allow:
            kubernetes_labels: {'*': '*'}
            kubernetes_groups: [admins]
            kubernetes_resources:
            - {kind: pods, api_group: '', namespace: dev, name: '*', verbs: ['*']}
          deny:
            kubernetes_resources:
            - {kind: selfsubjectaccessreviews, api_group: authorization.k8s.io, namespace: '', name: '*', verbs: [create]}
        ---
        kind: user
        version: v2
        metadata: {name: alice}
        spec: {roles: [dev, look]}
        ---
        kind: user
        version: v2
        metadata: {name: bob}
        spec: {roles: [mute]}
        """;

    private ClusterScene scene = null!;
    private HttpClient alice = null!;

    public async Task InitializeAsync()
    {
        scene = await ClusterScene.StartAsync(Manifests);
        scene.Cluster.Bind("Group", "viewers", "view");
        alice = scene.Client("alice");
    }

    public async Task DisposeAsync() => await scene.DisposeAsync();

    [Theory]
    [InlineData("get pods dev web-1", true)]
    [InlineData("get pods dev db-1", false)]
    [InlineData("get pods dev", true)]
    [InlineData("get pods", true)]
    [InlineData("get pods prod", false)]
    [InlineData("list pods", true)]
    [InlineData("list secrets dev", true)]
    [InlineData("list secrets", true)]
    [InlineData("get secrets dev root", false)]
    [InlineData("get secrets dev app", true)]
    [InlineData("delete secrets dev app", false)]
    [InlineData("create pods dev - exec", true)]
    [InlineData("create pods dev web-1 exec", true)]
    [InlineData("create pods dev db-1 exec", false)]
    [InlineData("create pods dev web-1 portforward", false)]
    [InlineData("get pods dev web-1 log", true)]
    [InlineData("get pods dev db-1 log", false)]
    [InlineData("list configmaps", true)]
    [InlineData("delete configmaps dev a", false, "the role would, its groups may not")]
    [InlineData("list nodes dev", false, "the role would, its groups may not")]
    [InlineData("list things dev", false)]
    [InlineData("* *", false)]
    [InlineData("* pods dev", false)]
    public async Task Can_i(string words, bool allowed, string why = "")
    {
        var answer = await alice.JsonAsync("POST", Reviews, Json(Question(words)), 201);

        ((bool?)answer["status"]!["allowed"]).ShouldBe(allowed, $"{why} {answer.ToJsonString()}");
    }

    [Theory]
    [InlineData("/version", true)]
    [InlineData("/apis", true)]
    [InlineData("/metrics", false)]
    public async Task Can_i_get_a_path(string path, bool allowed)
    {
        var answer = await alice.JsonAsync("POST", Reviews, Json($$"""{"spec":{"nonResourceAttributes":{"path":"{{path}}","verb":"get" } } }"""), 201);

        ((bool?)answer["status"]!["allowed"]).ShouldBe(allowed);
    }

    [Theory]
    [InlineData("web-1", true)]
    [InlineData("db-1", false)]
    public async Task Every_encoding_asks_the_same(string name, bool allowed)
    {
        var attributes = Message([.. Text(1, "dev"), .. Text(2, "get"), .. Text(4, "v1"), .. Text(5, "pods"), .. Text(7, name)], number: 1);
        byte[] protobuf = [.. "k8s\0"u8, .. Message([.. Text(1, "authorization.k8s.io/v1"), .. Text(2, "SelfSubjectAccessReview")], number: 1), .. Message(Message(attributes, number: 2), number: 2)];
        (string Type, byte[] Body)[] forms =
        [
            ("application/json", Encoding.UTF8.GetBytes(Question($"get pods dev {name}"))),
            ("application/yaml", Encoding.UTF8.GetBytes($"kind: SelfSubjectAccessReview\napiVersion: authorization.k8s.io/v1\nspec:\n  resourceAttributes: {{verb: get, resource: pods, namespace: dev, name: {name}}}\n")),
            ("application/vnd.kubernetes.protobuf", protobuf),
        ];
        foreach (var (type, body) in forms)
        {
            var answer = await alice.JsonAsync("POST", Reviews, new ByteArrayContent(body) { Headers = { ContentType = new(type) } }, 201, "Accept: application/json");
            ((bool?)answer["status"]!["allowed"]).ShouldBe(allowed, $"{type}: {answer.ToJsonString()}");
        }
    }

    [Fact]
    public async Task A_rule_that_denies_the_questions_themselves_holds()
    {
        var status = await scene.Client("bob").JsonAsync("POST", Reviews, Json(Question("get pods dev")), 403);

        ((string?)status["message"]).ShouldNotBeNull().ShouldStartWith("selfsubjectaccessreviews.authorization.k8s.io is forbidden: User \"bob\" cannot create resource");
        scene.Cluster.Requests.ShouldNotContain(r => r.RawTarget == "/" + Reviews);
    }

    [Fact]
    public async Task Whoami_passes() =>
        ((string?)(await alice.JsonAsync("POST", "apis/authentication.k8s.io/v1/selfsubjectreviews", Json("{}"), 201))["status"]!["userInfo"]!["username"]).ShouldBe("alice");

    [Fact]
    public async Task The_list_of_what_one_may_do_joins_the_roles_and_names_no_more_than_both_they_and_the_cluster_allow()
    {
        var answer = await alice.JsonAsync("POST", "apis/authorization.k8s.io/v1/selfsubjectrulesreviews", Json("""{"spec":{"namespace":"dev"}}"""), 201);
        var rules = answer["status"]!["resourceRules"]!.AsArray().Select(r => r!.ToJsonString()).ToList();

        rules.ShouldContain(r => r.Contains("\"pods\"", StringComparison.Ordinal) && r.Contains("web-*", StringComparison.Ordinal));
        rules.ShouldContain(r => r.Contains("\"configmaps\"", StringComparison.Ordinal));
        rules.ShouldContain(r => r.Contains("\"secrets\"", StringComparison.Ordinal));
        rules.ShouldNotContain(r => r.Contains("deployments", StringComparison.Ordinal) || r.Contains("\"*\"]", StringComparison.Ordinal));
    }

    /// <summary>Where a request can be put as a question, the answer is what the request then gets.</summary>
    [Theory]
    [MemberData(nameof(ObjectTablePipelineTests.Tables), MemberType = typeof(ObjectTablePipelineTests))]
    public async Task A_question_is_answered_as_the_table_says_of_the_request(string name)
    {
        var table = ObjectTable.Read(Path.Combine(AppContext.BaseDirectory, "Access/objects"), name);
        await using var asked = await ClusterScene.StartAsync("");
        var objects = new TableObjects(asked.Cluster);
        foreach (var info in table.Cases.Select(c => c.Info()).Where(i => i.IsResourceRequest))
        {
            objects.AddKind(info.ApiGroup, info.ApiVersion, info.Resource);
        }

        foreach (var group in table.Cases.SelectMany(c => c.Groups.Split('+')).Distinct().Where(g => g is not ("" or "admins")))
        {
            asked.Cluster.Bind("Group", group, "cluster-admin");
        }

        asked.Apply(table.State);
        var wrong = new List<string>();
        var people = table.Cases.Select(c => c.Person).Distinct().ToDictionary(p => p, p => asked.Client(p));
        foreach (var one in table.Cases.Where(c => IsQuestion(c, objects)))
        {
            using var response = await people[one.Person].SendAsync("POST", Reviews, Json(Question(one.Info())));
            var answer = await response.Content.ReadAsStringAsync();
            if (answer.Contains("please select a user to impersonate", StringComparison.Ordinal))
            {
                // The question itself is a request too, of somebody who has two users.
                ((int)response.StatusCode).ShouldBe(403);
                continue;
            }

            var allowed = response.IsSuccessStatusCode && (bool?)JsonNode.Parse(answer)!["status"]!["allowed"] == true;
            if (allowed != (one.Outcome != "denied"))
            {
                wrong.Add($"{one}: {one.Outcome}, and the answer is {(allowed ? "yes" : "no")}");
            }
        }

        string.Join('\n', wrong).ShouldBeEmpty();
    }

    private static bool IsQuestion(ObjectCase one, TableObjects objects)
    {
        var request = one.Info();
        var isPlaced = objects.TypeOf(request) is not { } type
            || (type.Namespaced ? request.Namespace.Length > 0 || request.Name.Length == 0 : request.Namespace.Length == 0 || (request.Resource == "namespaces" && request.Namespace == request.Name));
        return request.IsResourceRequest && isPlaced && (one.As ?? one.AsGroup) is null && !one.IsApply && !one.IsUpgrade && request.Verb is not ("" or "create" or "proxy")
            && (request.Name.Length > 0 || request.Verb is "list" or "watch" or "deletecollection");
    }

    private static string Question(RequestInfo request) => Question(request.Verb, request.ApiGroup, request.Resource, request.Namespace, request.Name, request.Subresource);

    /// <param name="words">Verb, resource, namespace, name, subresource; a dash for none.</param>
    private static string Question(string words)
    {
        var parts = words.Split(' ').Concat(["", "", ""]).Select(w => w == "-" ? "" : w).ToArray();
        return Question(parts[0], parts[1] == "*" ? "*" : "", parts[1], parts[2], parts[3], parts[4]);
    }

    private static string Question(string verb, string group, string resource, string ns, string name, string subresource) => new JsonObject
    {
        ["spec"] = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject
            {
                ["verb"] = verb,
                ["group"] = group,
                ["resource"] = resource,
                ["namespace"] = ns,
                ["name"] = name,
                ["subresource"] = subresource,
            },
        },
    }.ToJsonString();

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static byte[] Text(int number, string text) => Message(Encoding.ASCII.GetBytes(text), number);

    private static byte[] Message(byte[] content, int number) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
