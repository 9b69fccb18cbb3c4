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
        string.Join(" ; ", Run(steps, rules).Select(s => s.Told)).ShouldBe(expected);
    }

    public static IEnumerable<object[]> Reasons() => CaseTable.Read("State/removals.tsv", 5);

    [Theory]
    [MemberData(nameof(Reasons))]
    public void What_waits_and_why_is_said(string percent, string allowEmpty, string steps, string names, string reason)
    {
        var held = Run(steps, new PruneRules(int.Parse(percent, System.Globalization.CultureInfo.InvariantCulture), allowEmpty == "yes"))[^1].Held.ShouldNotBeNull();

        (held.Names(2), held.Reason).ShouldBe((names, reason));
    }

    [Fact]
    public void A_held_commit_of_another_source_says_that_nothing_of_it_is_applied() =>
        Run("c:a c:b <>", new(50, false))[^1].Held!.OfOtherSource().ShouldBe(
            "commit 222222222222 \"Step 2\" by Ada <ada@example.com> would unregister all 2 clusters, and is of another source than what is in force: nothing of it is applied; "
            + "check gitops_service.repository, or confirm it with tidegate sync --confirm-removal=222222222222");

    /// <summary>What is held after each step but the first.</summary>
    private static List<(string Told, HeldRemoval? Held)> Run(string text, PruneRules rules)
    {
        var steps = Steps(text);
        var state = Scene.Of(steps[0].Resources).Build(DesiredState.Empty, Commit(1), null);
        var told = new List<(string, HeldRemoval?)>();
        var commit = 1;
        foreach (var (step, resources) in steps.Skip(1))
        {
            commit += step == "==" ? 0 : 1;
            var scene = Scene.Of(resources, minute: told.Count + 1);
            if (step == "<>" && scene.Next(new(state, DesiredState.Empty), Commit(commit), rules) is { Refused: { } refused })
            {
                told.Add(("all of " + Held(state, refused), refused));
                continue;
            }

            state = scene.Build(step == "<>" ? DesiredState.Empty : state, Commit(commit), step == "<>" ? null : rules);
            told.Add((Told(state, scene), state.Held));
        }

        return told;
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

    private static List<(string Step, string Resources)> Steps(string text)
    {
        var steps = new List<(string, string)>();
        var step = ">>";
        var current = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Append(">>"))
        {
            if (word is ">>" or "==" or "<>")
            {
                steps.Add((step, string.Join(' ', current)));
                current.Clear();
                step = word;
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
        return state.Held is { } removal ? Held(state, removal) : "-";
    }

    private static string Held(DesiredState state, HeldRemoval removal)
    {
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
    private sealed record Scene(FileResources File, IReadOnlyList<KubeCluster> Static, IReadOnlyList<ResourceId> Wanted, DateTimeOffset Time)
    {
        /// <param name="minute">When it is read.</param>
        public static Scene Of(string words, int minute = 0)
        {
            var documents = new List<string>();
            var clusters = new List<KubeCluster>();
            var wanted = new List<ResourceId>();
            foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var (kind, name, roles) = (word[0], word[2..].Split('(', '!')[0], word.Split('(', ')').ElementAtOrDefault(1) ?? "");
                var end = word.Split('!').ElementAtOrDefault(1) is { } last ? int.Parse(last, System.Globalization.CultureInfo.InvariantCulture) : (int?)null;
                if (kind == 's')
                {
                    clusters.Add(new(name, LabelSet.Empty, new ClusterCredential(new Uri("https://c.example.com")), new Origin("f", 1, "")) { IsStatic = true });
                }
                else
                {
                    documents.Add(Document(kind, name, roles, end is null ? "" : $"2026-01-01T00:{end:00}:00Z"));
                }

                wanted.AddRange(kind == 'x' || end <= minute ? [] : [new ResourceId(KindOf(kind), name)]);
            }

            return new(StateFixture.File("f", [.. documents]), clusters, wanted, StateFixture.Now.AddMinutes(minute));
        }

        private BuildOptions Options => new() { Selectors = [StateFixture.Selector("env", "here")], StaticClusters = Static };

        /// <param name="rules">Null for a state that nobody guards.</param>
        public DesiredState Build(DesiredState before, Revision commit, PruneRules? rules) => rules is null
            ? DesiredStateBuilder.Build(commit, [File], before, Options, Time)
            : Next(new(before, before), commit, rules).Guarded;

        public NextState Next(Precedent before, Revision commit, PruneRules rules) => NextState.Of(commit, [File], before, Options, rules, Time);

        private static string KindOf(char kind) => kind switch { 'u' => "user", 'r' or 'n' => "role", 'm' => "mtls", 'l' => "lock", _ => "kube_cluster" };

        private static string Document(char kind, string name, string roles, string expires) => kind switch
        {
            'c' => StateFixture.Cluster(name, "env: here", expires: expires),
            'x' => StateFixture.Cluster(name, "env: other"),
            'u' => StateFixture.User(name, roles, expires),
            'r' => StateFixture.Role(name, expires: expires),
            'n' => StateFixture.Role(name, labels: ""),
            'l' => StateFixture.Lock(name, expires: expires),
            _ => $"kind: mtls\nversion: v1\nmetadata: {{name: {name}}}\nspec: {{attributes_to_roles: [{{name: organization, value: '*', roles: [{roles}]}}]}}",
        };
    }
}
