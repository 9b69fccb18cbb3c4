using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidegate.Simulation.Objects;
using Tidegate.Simulation.Recording;
using Tidegate.Tests.Access;

namespace Tidegate.FunctionalTests.Objects;

/// <summary>One table's cases on one gate and one cluster, in which every group of the table may do everything. Collects what is not as the table says.</summary>
internal sealed class ObjectTableRun : IAsyncDisposable
{
    // k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go
    private static readonly Regex ForbiddenLine = new(
        """^(\S+ ("[^"]*" )?is forbidden: User "[^"]+" cannot \S* resource "\S+" in API group "\S*" (in the namespace "\S+"|at the cluster scope)|forbidden: User "[^"]+" cannot \S+ path "\S+")$""",
        RegexOptions.NonBacktracking);

    // Who may not enter, or has a choice to make first, is told that.
    private static readonly string[] NotAboutObjects =
    [
        $"kubernetes cluster \"{ObjectTable.Cluster}\" not found", "impersonation request has been denied, ", "please select a user to impersonate, ",
        "Your user's role does not allow Kubernetes access. ",
    ];

    private readonly ClusterScene scene;
    private readonly ObjectTable table;
    private readonly TableObjects objects;
    private readonly Dictionary<string, HttpClient> people = [];
    private readonly List<string> problems = [];

    private ObjectTableRun(ClusterScene scene, ObjectTable table)
    {
        this.scene = scene;
        this.table = table;
        objects = new(scene.Cluster);
    }

    /// <summary>What came out otherwise.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>How many cases were carried out.</summary>
    public int Count { get; private set; }

    public static async Task<ObjectTableRun> StartAsync(ObjectTable table)
    {
        var scene = await ClusterScene.StartAsync("");
        foreach (var group in table.Cases.SelectMany(c => c.Groups.Split('+')).Distinct().Where(g => g is not ("" or "admins")))
        {
            scene.Cluster.Bind("Group", group, "cluster-admin");
        }

        var run = new ObjectTableRun(scene, table);
        foreach (var request in table.Cases.Select(c => c.Info()).Where(i => i.IsResourceRequest))
        {
            run.objects.AddKind(request.ApiGroup, request.ApiVersion, request.Resource);
        }

        scene.Apply(table.State);
        return run;
    }

    public async Task CarryOutAsync(ObjectCase one)
    {
        var id = $"case-{Count++}";
        var type = objects.TypeOf(one.Info());
        foreach (var (_, ns, name) in one.Shows)
        {
            objects.Ensure(type!, ns, name);
        }

        scene.Cluster.Recorder.Clear();
        if (one.Method.Any(char.IsAsciiLetterLower))
        {
            // The gate does not let these in, since the forwarder would write them in capitals: ParsedAlikeTests.
            return;
        }

        using var request = CaseRequest.Of(one, scene.Gate.EndPoint, id);
        using var response = await ClientOf(one.Person).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await (one.Outcome switch
        {
            "denied" => CheckDeniedAsync(one, response),
            "allowed" => CheckAllowedAsync(one, response),
            _ when one.Info().Verb == "deletecollection" => CheckDeletedAsync(one, type!, response),
            _ => CheckShownAsync(one, type!, response),
        });
    }

    /// <summary>Compares the audit records, which may be written after the answers.</summary>
    public async Task CheckRecordsAsync()
    {
        var last = $"case-{Count - 1}";
        await scene.Gate.AuditRecordAsync(r => (string?)r["audit_id"] == last && (string?)r["stage"] == "end");
        var records = scene.Gate.AuditRecords().ToLookup(r => (string?)r["audit_id"]);
        for (var i = 0; i < Count; i++)
        {
            var one = table.Cases[i];
            if (one.Method.Any(char.IsAsciiLetterLower))
            {
                continue;
            }

            var record = records[$"case-{i}"].FirstOrDefault();
            var rule = record?["rule"] is { } at && ((string)at!).Split(':') is [var file, var line] && file == table.Name ? $"{record["role"]}:{line}" : "-";
            Expect(rule == one.Rule, one, $"the record names the rule {rule} instead of {one.Rule}");
            Expect((string?)record?["rule_revision"] == (one.Rule == "-" ? null : ObjectTable.Revision), one, "the record does not name the rule's revision");
        }
    }

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    private async Task CheckDeniedAsync(ObjectCase one, HttpResponseMessage response)
    {
        Expect(response.StatusCode == HttpStatusCode.Forbidden, one, $"answered {(int)response.StatusCode} instead of 403");
        Expect(Reached(one).Count == 0, one, "reached the cluster");
        if (one.Method == "HEAD")
        {
            return;
        }

        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var message = (string?)status["message"] ?? "";
        var isOfApi = ForbiddenLine.IsMatch(message.Split('\n')[0]) || Array.Exists(NotAboutObjects, m => message.StartsWith(m, StringComparison.Ordinal));
        Expect((string?)status["kind"] == "Status" && isOfApi, one, $"is refused with {message}");
    }

    private async Task CheckAllowedAsync(ObjectCase one, HttpResponseMessage response)
    {
        if (one.Info() is { Verb: "create", ApiGroup: "authorization.k8s.io", Resource: "selfsubjectaccessreviews" or "selfsubjectrulesreviews" })
        {
            // The gate answers some of these, and puts others to the cluster in its own words.
            Expect(response.StatusCode == HttpStatusCode.Created, one, $"answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            return;
        }

        var reached = Reached(one);
        Expect(reached.Count == 1, one, $"reached the cluster {reached.Count} times, answer {(int)response.StatusCode}");
        if (reached is [var request, ..])
        {
            CheckGroups(one, request);
            // What the cluster refuses it need not have read to its end.
            var body = Encoding.UTF8.GetString(request.Body);
            Expect(request.Status >= 400 ? CaseRequest.BodyOf(one).StartsWith(body, StringComparison.Ordinal) : one.NameInBody is null || CaseRequest.BodyOf(one) == body, one, "another body arrived");
        }
    }

    private async Task CheckShownAsync(ObjectCase one, ResourceType type, HttpResponseMessage response)
    {
        var reached = Reached(one);
        Expect(reached.Count == 1, one, $"reached the cluster {reached.Count} times, answer {(int)response.StatusCode}");
        reached.ForEach(r => CheckGroups(one, r));
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Expect(reached is [var asked] && asked.Status == (int)response.StatusCode && one.Target.Contains("continue=", StringComparison.Ordinal), one, $"answered {(int)response.StatusCode}");
        }
        else if (one.Info().Verb == "watch")
        {
            await CheckWatchedAsync(one, type, response);
        }
        else if (one.Method != "HEAD")
        {
            var listed = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(i => TableObjects.NameOf(i!)).ToList();
            foreach (var (isShown, ns, name) in one.Shows.Where(s => !s.IsShown || objects.IsSelected(one.Target, s.Namespace, s.Name)))
            {
                Expect(listed.Contains((ns, name)) == isShown, one, $"{ns}/{name} is {(isShown ? "not shown" : "shown")}");
            }
        }
    }

    /// <summary>Reads until every object that is to be seen was seen, changes the others and then these, and reads until the changes came.</summary>
    private async Task CheckWatchedAsync(ObjectCase one, ResourceType type, HttpResponseMessage response)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        var shown = one.Shows.Where(s => s.IsShown).Select(s => (s.Namespace, s.Name)).ToHashSet();
        var seen = new HashSet<(string, string)>();
        try
        {
            await ReadUntilAsync([.. shown]);
            foreach (var (_, ns, name) in one.Shows.OrderBy(s => s.IsShown))
            {
                objects.Touch(type, ns, name);
            }

            await ReadUntilAsync([.. shown]);
        }
        catch (OperationCanceledException)
        {
            Expect(false, one, "the watch does not show what it should");
        }

        foreach (var (_, ns, name) in one.Shows.Where(s => !s.IsShown))
        {
            Expect(!seen.Contains((ns, name)), one, $"{ns}/{name} is shown");
        }

        async Task ReadUntilAsync(HashSet<(string, string)> missing)
        {
            while (missing.Count > 0 && await reader.ReadLineAsync(limit.Token) is { } line)
            {
                var at = TableObjects.NameOf(JsonNode.Parse(line)!["object"]!);
                seen.Add(at);
                missing.Remove(at);
            }
        }
    }

    private async Task CheckDeletedAsync(ObjectCase one, ResourceType type, HttpResponseMessage response)
    {
        if (type == ResourceTypes.Namespaces || (type.Namespaced && one.Info().Namespace.Length == 0))
        {
            // The API has no such request, so that there is nothing to carry out in part.
            Expect(response.StatusCode == HttpStatusCode.MethodNotAllowed, one, $"answered {(int)response.StatusCode} instead of 405");
            Expect(!scene.Cluster.Requests.Any(r => r.Method == "DELETE"), one, "deleted");
            return;
        }

        Expect(response.StatusCode == HttpStatusCode.OK, one, $"answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        Expect(Reached(one).Count == 0, one, "the cluster was asked to delete the collection");
        foreach (var request in scene.Cluster.Requests.Where(r => r.Method == "DELETE"))
        {
            CheckGroups(one, request);
        }

        foreach (var (isShown, ns, name) in one.Shows.Where(s => !s.IsShown || objects.IsSelected(one.Target, s.Namespace, s.Name)))
        {
            Expect(objects.Has(type, ns, name) != isShown, one, $"{ns}/{name} is {(isShown ? "still there" : "deleted")}");
        }
    }

    private void CheckGroups(ObjectCase one, RecordedRequest request) =>
        Expect(string.Join('+', request.Values("Impersonate-Group")) == one.Groups, one, $"went with the groups {string.Join('+', request.Values("Impersonate-Group"))}");

    private List<RecordedRequest> Reached(ObjectCase one) => [.. scene.Cluster.Requests.Where(r => r.Method == one.Method && r.RawTarget == one.Target)];

    private void Expect(bool holds, ObjectCase one, string otherwise)
    {
        if (!holds)
        {
            problems.Add($"{one}: {otherwise} ({one.Why})");
        }
    }

    private HttpClient ClientOf(string person)
    {
        if (!people.TryGetValue(person, out var client))
        {
            people[person] = client = scene.Client(person);
        }

        return client;
    }
}
