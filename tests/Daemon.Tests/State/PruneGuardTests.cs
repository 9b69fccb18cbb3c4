using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;

namespace Tidegate.Tests.State;

/// <summary>Which removals of a commit wait for a confirmation, and that nothing else does.</summary>
public sealed class PruneGuardTests
{
    private const string Table = "State/prune.tsv";

    public static TheoryData<string, string, string, string> Cases()
    {
        var rows = new TheoryData<string, string, string, string>();
        foreach (var cells in CaseTable.Read(Table, 4))
        {
            rows.Add(cells[0], cells[1], cells[2], cells[3]);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Only_suspicious_removals_wait(string percent, string allowEmpty, string steps, string expected)
    {
        var rules = new PruneRules(int.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), allowEmpty == "yes");
        var commit = 1;
        var states = Steps(steps);
        var state = Scene.Of(states[0].Resources).Build(DesiredState.Empty, Commit(1), null);
        var told = new List<string>();
        foreach (var (isCommit, resources) in states.Skip(1))
        {
            commit += isCommit ? 1 : 0;
            var scene = Scene.Of(resources);
            state = scene.Build(state, Commit(commit), rules);
            told.Add(Told(state, scene));
        }

        string.Join(" ; ", told).ShouldBe(expected);
    }

    [Fact]
    public void A_held_removal_says_which_commit_why_and_how_to_confirm_it()
    {
        var before = Scene.Of("c:a c:b c:c").Build(DesiredState.Empty, Commit(1), null);

        Scene.Of("c:a").Build(before, Commit(2), new(50, false)).Held!.ToString().ShouldBe(
            "commit 222222222222 \"Step 2\" by Ada <ada@example.com> would unregister 2 of 3 clusters, more than gitops_service.prune.max_removed_percent (50) permits: "
            + "that part of it waits, the rest is in force; confirm it with tidegate sync --confirm-removal=222222222222, or restore the manifests");
    }

    [Fact]
    public void A_held_cluster_has_the_labels_that_the_commit_gives_it_and_otherwise_its_last_manifest()
    {
        var before = Scene.Of("c:a c:b c:c").Build(DesiredState.Empty, Commit(1), null);

        var after = Scene.Of("x:a").Build(before, Commit(2), new(50, false));

        after.Clusters.Keys.Order().ShouldBe(["a", "b", "c"]);
        after.Unselected.ShouldBeEmpty();
        after.Clusters["a"].Labels["env"].ShouldBe("other", "a label that takes access away does so at once");
        after.Clusters["b"].ShouldBeSameAs(before.Clusters["b"]);
        after.Kept.ShouldBe([new("kube_cluster", "b"), new("kube_cluster", "c")], ignoreOrder: true);
    }

    [Fact]
    public void What_the_configuration_forbids_is_not_held()
    {
        var before = Scene.Of("c:a c:b c:c").Build(DesiredState.Empty, Commit(1), null);
        var unchecked_ = before with
        {
            Clusters = before.Clusters.ToDictionary(c => c.Key, c => c.Value with { Credential = c.Value.Credential with { InsecureSkipTlsVerify = c.Key != "c" } }),
        };

        var after = Scene.Of("r:x").Build(unchecked_, Commit(2), new(50, false));

        after.Clusters.Keys.ShouldBe(["c"]);
        after.Held!.Resources.ShouldBe([new ResourceId("kube_cluster", "c")]);
    }

    private static List<(bool IsCommit, string Resources)> Steps(string text)
    {
        var steps = new List<(bool, string)>();
        var isCommit = true;
        var current = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(">>"))
        {
            if (word is ">>" or "==")
            {
                steps.Add((isCommit, string.Join(' ', current)));
                current.Clear();
                isCommit = word == ">>";
            }
            else
            {
                current.Add(word);
            }
        }

        return steps;
    }

    /// <summary>What is held, after a look that it is in force, and that all else is what the commit says.</summary>
    private static string Told(DesiredState state, Scene scene)
    {
        var held = state.Held?.Resources ?? [];
        var inForce = All(state).Select(r => r.Id).ToHashSet();
        held.ShouldAllBe(r => inForce.Contains(r));
        inForce.Except(held).ShouldBe(scene.Wanted.Except(held), ignoreOrder: true);
        if (state.Held is not { } removal)
        {
            return "-";
        }

        var words = All(state).Where(r => removal.Resources.Contains(r.Id)).Select(r => r.Word).Order(StringComparer.Ordinal);
        return $"{string.Join(' ', words)} @{removal.Revision.Id[0]}";
    }

    private static IEnumerable<(ResourceId Id, string Word)> All(DesiredState state) =>
    [
        .. state.Clusters.Keys.Select(c => (new ResourceId("kube_cluster", c), $"c:{c}")),
        .. state.Roles.Keys.Select(r => (new ResourceId("role", r), $"r:{r}")),
        .. state.Users.Values.Select(u => (new ResourceId("user", u.Name), $"u:{u.Name}({string.Join(',', u.Roles)})")),
        .. state.Connectors.Values.Select(c => (new ResourceId("mtls", c.Name), $"m:{c.Name}({string.Join(',', c.Mappings.SelectMany(m => m.Roles))})")),
        .. state.Locks.Keys.Select(l => (new ResourceId("lock", l), $"l:{l}")),
    ];

    private static Revision Commit(int number) => new(new string((char)('0' + number), 40), "Ada <ada@example.com>", StateFixture.Now, $"Step {number}");

    /// <summary>What one step says.</summary>
    private sealed record Scene(FileResources File, IReadOnlyList<KubeCluster> Static, IReadOnlyList<ResourceId> Wanted)
    {
        public static Scene Of(string words)
        {
            var documents = new List<string>();
            var clusters = new List<KubeCluster>();
            var wanted = new List<ResourceId>();
            foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var (kind, name, roles) = (word[0], word[2..].Split('(')[0], word.Split('(', ')').ElementAtOrDefault(1) ?? "");
                switch (kind)
                {
                    case 's':
                        clusters.Add(new(name, LabelSet.Empty, new ClusterCredential(new Uri("https://c.example.com")), new Origin("f", 1, "")) { IsStatic = true });
                        break;
                    case 'e':
                        documents.Add(StateFixture.Cluster(name, "env: here", expires: "2026-01-01T00:00:01Z"));
                        break;
                    default:
                        documents.Add(Document(kind, name, roles));
                        break;
                }

                wanted.AddRange(kind == 'x' ? [] : [new ResourceId(KindOf(kind), name)]);
            }

            return new(StateFixture.File("f", [.. documents]), clusters, wanted);
        }

        /// <param name="rules">Null for the first state, which nobody guards.</param>
        public DesiredState Build(DesiredState before, Revision commit, PruneRules? rules)
        {
            var options = new BuildOptions { Selectors = [StateFixture.Selector("env", "here")], StaticClusters = Static };

            // What ends in this second is over when the next commit comes.
            var now = rules is null ? StateFixture.Now : StateFixture.Now.AddMinutes(1);
            return rules is null
                ? DesiredStateBuilder.Build(commit, [File], before, options, now)
                : NextState.Of(commit, [File], new(before, before), options, rules, now).Guarded;
        }

        private static string KindOf(char kind) => kind switch { 'u' => "user", 'r' or 'n' => "role", 'm' => "mtls", 'l' => "lock", _ => "kube_cluster" };

        private static string Document(char kind, string name, string roles) => kind switch
        {
            'c' => StateFixture.Cluster(name, "env: here"),
            'x' => StateFixture.Cluster(name, "env: other"),
            'u' => StateFixture.User(name, roles),
            'r' => StateFixture.Role(name),
            'n' => StateFixture.Role(name, labels: ""),
            'l' => StateFixture.Lock(name),
            _ => $"kind: mtls\nversion: v1\nmetadata: {{name: {name}}}\nspec: {{attributes_to_roles: [{{name: organization, value: '*', roles: [{roles}]}}]}}",
        };
    }
}
