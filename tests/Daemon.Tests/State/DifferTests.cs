using CsCheck;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Tests.Kubernetes;
using Tidegate.Values;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

public sealed class DifferTests
{
    private const string Table = "State/differ.cases";

    private const string Other = """
        clusters: [{name: c, cluster: {server: https://other.example.com, insecure-skip-tls-verify: true, proxy-url: "http://u:proxy-secret@p.example.com", tls-server-name: internal.example.com}}]
        users: [{name: u, user: {username: a, password: other-secret}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        """;

    private static readonly BuildOptions Options =
        new() { Selectors = [Selector("env", "^(test|prod)$"), Selector("any", "*")], AllowInsecureSkipTlsVerify = true };

    public static TheoryData<string> Cases => CaseFile.Names(Table);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_plan_says_what_differs_and_never_a_secret(string name)
    {
        var row = CaseFile.Get(Table, name);
        var sides = Fill(row.Input).Split(">>>\n");

        var plan = Differ.Diff(State(sides[0]), State(sides[1]));

        var found = plan.Changes.Select(c => $"{c.Kind} {c.ResourceKind}/{c.Name}: {string.Join("; ", c.Details)}".TrimEnd(' ', ':')).ToList();
        found.ShouldBe(row.Expected);
        string.Concat(found).ShouldNotContain("secret");
    }

    [Fact]
    public void A_cluster_that_comes_from_elsewhere_says_from_where()
    {
        var ours = State(Fill("kind: kube_cluster\nversion: v3\nmetadata: {name: c, labels: {any: ''}}\nspec: {kubeconfig: {ONE}}"));
        var theirs = ours with { Clusters = ours.Clusters.ToDictionary(c => c.Key, c => c.Value with { IsStatic = true }) };

        Differ.Diff(ours, theirs).Changes.ShouldHaveSingleItem().Details.ShouldBe(["source: the gate's kubeconfig_file has it now"]);
        Differ.Diff(theirs, ours).Changes.ShouldHaveSingleItem().Details.ShouldBe(["source: the repository has it now"]);
    }

    [Fact]
    public void Nothing_differs_between_a_state_and_itself() =>
        States.Sample(state => Differ.Diff(state, state).IsEmpty && Differ.Diff(state, Copy(state)).IsEmpty);

    [Fact]
    public void Applying_a_plan_leads_to_the_names_of_the_other_state() =>
        Gen.Select(States, States).Sample((before, after) =>
        {
            var plan = Differ.Diff(before, after);
            var names = Names(before);
            foreach (var change in plan.Changes)
            {
                var name = $"{change.ResourceKind}/{change.Name}";
                (change.Kind == ChangeKind.Create ? names.Add(name) : change.Kind != ChangeKind.Delete || names.Remove(name)).ShouldBeTrue();
            }

            names.SetEquals(Names(after)).ShouldBeTrue();
        });

    [Fact]
    public void A_plan_updates_exactly_what_is_in_both_states_and_differs() =>
        Gen.Select(States, States).Sample((before, after) =>
            Differ.Diff(before, after).Changes.Where(c => c.Kind == ChangeKind.Update).Select(c => $"{c.ResourceKind}/{c.Name}").ToHashSet()
                .SetEquals(
                    before.Clusters.Where(c => after.Clusters.TryGetValue(c.Key, out var a) && a.Labels.ToString() != c.Value.Labels.ToString()).Select(c => $"kube_cluster/{c.Key}")
                        .Concat(before.Users.Where(u => after.Users.TryGetValue(u.Key, out var a) && a.Roles.ToString() != u.Value.Roles.ToString()).Select(u => $"user/{u.Key}"))));

    [Fact]
    public void Deletions_come_first_and_the_order_is_always_the_same() =>
        Gen.Select(States, States).Sample((before, after) =>
        {
            var order = Differ.Diff(before, after).Changes.Select(c => (c.Kind == ChangeKind.Delete ? "0" : "1") + $" {c.ResourceKind} {c.Name}").ToList();
            order.ShouldBe(order.Order(StringComparer.Ordinal));
        });

    private static readonly Gen<string> Name = Gen.Int[0, 3].Select(i => "abcd".Substring(i, 1));

    private static readonly Gen<Dictionary<string, KubeCluster>> Clusters = Gen.Select(Name, Gen.Bool.Select(b => b ? "x" : "y"))
        .Select((name, label) => new KubeCluster(
            name,
            LabelSet.From([KeyValuePair.Create("env", label)]),
            new ClusterCredential(new Uri("https://c.example.com")) { Token = "t" },
            new Origin("f", 1, "")))
        .List[0, 4].Select(list => list.DistinctBy(c => c.Name).ToDictionary(c => c.Name));

    private static readonly Gen<Dictionary<string, User>> Users = Gen.Select(Name, Gen.Bool.Select(b => b ? "x" : "y"))
        .Select((name, role) => new User(name, [role], EquatableMap<EquatableList<string>>.Empty, new Origin("f", 2, "")))
        .List[0, 4].Select(list => list.DistinctBy(u => u.Name).ToDictionary(u => u.Name));

    private static readonly Gen<DesiredState> States = Gen.Select(Clusters, Users).Select((clusters, users) => new DesiredState { Clusters = clusters, Users = users });

    /// <summary>Equal values that are other objects.</summary>
    private static DesiredState Copy(DesiredState state) => state with
    {
        Clusters = state.Clusters.ToDictionary(c => c.Key, c => c.Value with { Labels = LabelSet.From(c.Value.Labels), Credential = c.Value.Credential with { } }),
        Users = state.Users.ToDictionary(u => u.Key, u => u.Value with { Roles = u.Value.Roles.ToEquatableList(), Origin = new Origin("elsewhere", 9, "r") }),
    };

    private static HashSet<string> Names(DesiredState state) =>
        [.. state.Clusters.Keys.Select(n => $"kube_cluster/{n}"), .. state.Users.Keys.Select(n => $"user/{n}")];

    private static DesiredState State(string text)
    {
        var state = Build(DesiredState.Empty, Options, File("m.yaml", text));
        state.Problems.ShouldAllBe(p => p.IsWarning);
        return state;
    }

    private static string Fill(string text) => text
        .Replace("{ONE}", SampleKubeconfig.Base64(SampleKubeconfig.Token("secret-1")), StringComparison.Ordinal)
        .Replace("{TWO}", SampleKubeconfig.Base64(SampleKubeconfig.Token("secret-2")), StringComparison.Ordinal)
        .Replace("{OTHER}", SampleKubeconfig.Base64(Other), StringComparison.Ordinal);
}
