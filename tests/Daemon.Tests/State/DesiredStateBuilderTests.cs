using System.Net;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.State;
using Tidegate.Values;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

public sealed class DesiredStateBuilderTests
{
    private const string Broken = "metadata: {name: [}";

    [Fact]
    public void Selectors_decide_what_is_registered()
    {
        var options = new BuildOptions { Selectors = [Selector("env", "prod"), Selector("region", "eu-*")] };

        var state = Build(DesiredState.Empty, options, File("a", Cluster("a", "env: prod"), Cluster("b", "region: eu-1"), Cluster("c", "env: dev"), Cluster("d")));

        state.Clusters.Keys.Order().ShouldBe(["a", "b"]);
        state.Unselected.Keys.Order().ShouldBe(["c", "d"]);
        state.Problems.ShouldBeEmpty();
        state.Revision!.Id.ShouldBe("0123456789abcdef");
    }

    [Fact]
    public void Without_selectors_no_cluster_is_registered() =>
        Build(DesiredState.Empty, new BuildOptions { Selectors = [] }, File("a", Cluster("a"))).Clusters.ShouldBeEmpty();

    [Fact]
    public void Two_documents_with_one_name_are_both_refused_and_both_named()
    {
        var state = Build(File("a", User("alice"), User("bob")), File("b", User("alice")));

        state.Users.Keys.ShouldBe(["bob"]);
        Problems(state).ShouldBe(
        [
            "a:3: user \"alice\" is declared more than once, also at b:3; none of them is applied: keep one",
            "b:3: user \"alice\" is declared more than once, also at a:3; none of them is applied: keep one",
        ]);
    }

    [Fact]
    public void Each_document_of_a_name_names_all_the_others_in_their_order() =>
        Problems(Build(File("c", User("alice")), File("a", User("alice"), User("alice")), File("b", User("alice")))).ShouldBe(
        [
            "a:3: user \"alice\" is declared more than once, also at a:8, b:3, c:3; none of them is applied: keep one",
            "a:8: user \"alice\" is declared more than once, also at a:3, b:3, c:3; none of them is applied: keep one",
            "b:3: user \"alice\" is declared more than once, also at a:3, a:8, c:3; none of them is applied: keep one",
            "c:3: user \"alice\" is declared more than once, also at a:3, a:8, b:3; none of them is applied: keep one",
        ]);

    [Fact]
    public void Problems_are_told_in_the_order_of_their_places()
    {
        Problem[] ordered =
        [
            new("a", 9, 9, "z", "z"), new("b", 1, 2, "z", "z"), new("b", 2, 1, "z", "z"), new("b", 2, 3, "x", "z"), new("b", 2, 3, "y", "x"), new("b", 2, 3, "y", "y"),
            new("b", 2, 10, "a", "a"),
        ];

        foreach (var shift in Enumerable.Range(0, ordered.Length))
        {
            var given = ordered.Skip(shift).Concat(ordered.Take(shift)).Reverse().ToList();
            Build(DesiredState.Empty, Everything with { StaticProblems = given }).Problems.Select(p => p.ToString()).ShouldBe(ordered.Select(p => p.ToString()));
        }
    }

    [Fact]
    public void A_name_is_taken_within_its_kind_only() =>
        Build(File("a", User("x"), Role("x"), Lock("x"), Cluster("x"))).Problems.ShouldBeEmpty();

    [Fact]
    public void A_rejected_document_claims_its_name_too()
    {
        var state = Build(File("a", User("alice")), File("b", User("alice") + "\nbogus: 1"));

        state.Users.ShouldBeEmpty();
        state.Problems.Count.ShouldBe(3);
    }

    [Fact]
    public void Duplicates_leave_the_last_good_version_in_force()
    {
        var before = Build(File("a", User("alice", "old")), File("r", Role("old"), Role("new")));

        var after = Build(before, File("a", User("alice", "new")), File("b", User("alice", "new")), File("r", Role("old"), Role("new")));

        after.Users["alice"].Roles.ShouldBe(["old"]);
        after.Problems.Count.ShouldBe(2);
        after.Problems.ShouldAllBe(p => p.KeepsLastGood && p.Resource == "user/alice");
    }

    [Theory]
    [InlineData("kube_cluster")]
    [InlineData("role")]
    [InlineData("user")]
    [InlineData("lock")]
    public void A_rejected_document_keeps_its_last_good_version(string kind)
    {
        var document = kind switch { "kube_cluster" => Cluster("x"), "role" => Role("x"), "user" => User("x"), _ => Lock("x") };
        var before = Build(File("a", document));

        var after = Build(before, File("moved", document + "\nbogus: 1"));

        Differ.Diff(before, after).IsEmpty.ShouldBeTrue();
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
    }

    [Fact]
    public void A_rejected_document_without_last_good_version_gives_nothing()
    {
        var state = Build(File("a", User("alice") + "\nbogus: 1"));

        state.Users.ShouldBeEmpty();
        state.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_is_no_longer_readable_removes_nothing()
    {
        var before = Build(File("a", User("alice"), Lock("l"), Cluster("c"), Cluster("d", "env: dev")), File("b", User("bob")));

        var after = Build(before, File("a", Broken));

        after.Users.Keys.ShouldBe(["alice"]);
        after.Locks.Keys.ShouldBe(["l"]);
        after.Clusters.Keys.Order().ShouldBe(["c", "d"]);
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
    }

    [Fact]
    public void A_cluster_that_no_selector_matches_stays_known_while_its_file_cannot_be_read()
    {
        var options = new BuildOptions { Selectors = [Selector("env", "prod")] };
        var before = Build(DesiredState.Empty, options, File("a", Cluster("a", "env: prod"), Cluster("b", "env: dev")));

        var after = Build(before, options, File("a", Broken));

        (after.Clusters.Keys.ShouldHaveSingleItem(), after.Unselected.Keys.ShouldHaveSingleItem()).ShouldBe(("a", "b"));
    }

    [Theory]
    [InlineData("kind: user\nmetadata: {name: [}", "alice,bob", "")]
    [InlineData("kind: usr\nmetadata: {name: alice}", "alice", "l")]
    [InlineData("kind: lok\nmetadata: {name: l}", "", "l")]
    [InlineData("kind: Deployment\nmetadata: {name: alice}", "", "")]
    public void A_broken_document_keeps_only_what_it_may_mean(string broken, string users, string locks)
    {
        var before = Build(File("a", User("alice"), User("bob"), Lock("l")));

        var after = Build(before, File("a", broken));

        string.Join(",", after.Users.Keys.Order()).ShouldBe(users);
        string.Join(",", after.Locks.Keys).ShouldBe(locks);
    }

    [Fact]
    public void Of_several_broken_documents_that_say_a_name_the_first_file_is_said_to_keep_it()
    {
        const string broken = "kind: usr\nmetadata: {name: alice}";
        var before = Build(File("x", User("alice")));

        Build(before, File("b", broken), File("a", broken), File("c", broken)).Problems.Where(p => p.KeepsLastGood).Select(p => p.File).ShouldBe(["a"]);
    }

    [Fact]
    public void What_moved_out_of_an_unreadable_file_is_taken_from_where_it_is_now()
    {
        var roles = File("r", Role("old"), Role("new"));
        var before = Build(File("a", User("alice", "old")), roles);

        Build(before, File("a", Broken), File("b", User("alice", "new")), roles).Users["alice"].Roles.ShouldBe(["new"]);
    }

    [Fact]
    public void Last_good_versions_survive_several_passes()
    {
        var state = Build(File("a", User("alice")));

        for (var i = 0; i < 3; i++)
        {
            state = Build(state, File("a", Broken));
        }

        state.Users.Keys.ShouldBe(["alice"]);
    }

    [Fact]
    public void A_removed_document_removes_the_resource_also_beside_a_rejected_one()
    {
        var before = Build(File("a", User("alice"), User("bob")));

        Build(before, File("a", User("alice") + "\nbogus: 1")).Users.Keys.ShouldBe(["alice"]);
    }

    [Fact]
    public void A_static_cluster_wins_over_one_of_the_repository()
    {
        var fixedOne = new KubeCluster("a", LabelSet.Empty, new ClusterCredential(new Uri("https://static.example.com")), new Origin("/etc/kubeconfig", 7, "")) { IsStatic = true };
        var options = new BuildOptions { Selectors = [], StaticClusters = [fixedOne] };

        var state = Build(DesiredState.Empty, options, File("a", Cluster("a")));

        state.Clusters["a"].ShouldBeSameAs(fixedOne);
        state.Unselected.ShouldBeEmpty();
        Problems(state).ShouldBe(["a:1: the gate's own configuration has a cluster \"a\" (/etc/kubeconfig:7), which wins: rename this one"]);
        state.Problems[0].Resource.ShouldBe("kube_cluster/a");
    }

    [Fact]
    public void A_static_cluster_is_never_the_last_good_version_of_a_manifest()
    {
        var fixedOne = new KubeCluster("a", LabelSet.Empty, new ClusterCredential(new Uri("https://static.example.com")), new Origin("/etc/kubeconfig", 7, "")) { IsStatic = true };
        var before = Build(DesiredState.Empty, new BuildOptions { Selectors = [], StaticClusters = [fixedOne] });

        Build(before, File("a", Cluster("a") + "\nbogus: 1")).Clusters.ShouldBeEmpty();
    }

    [Fact]
    public void Time_removes_what_has_expired_and_the_next_end_is_known()
    {
        var state = Build(File(
            "a",
            User("gone", "", "2026-01-01T00:00:00Z"), User("later", "", "2026-03-01T00:00:00Z"), Lock("soon", "alice", "2026-02-01T00:00:00Z"), User("always")));

        state.Users.Keys.Order().ShouldBe(["always", "later"]);
        state.NextExpiry.ShouldBe(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        state.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_last_good_version_expires_as_well()
    {
        var before = Build(File("a", User("alice", "", "2026-02-01T00:00:00Z")));

        var after = DesiredStateBuilder.Build(null, [File("a", Broken)], before, Everything, Now.AddMonths(1));

        after.Users.ShouldBeEmpty();
        after.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeFalse();
    }

    [Fact]
    public void Roles_that_do_not_exist_are_warned_of()
    {
        const string connector = "kind: mtls\nversion: v1\nmetadata: {name: m}\nspec:\n  attributes_to_roles:\n  - {name: organization, value: a, roles: [r, absent]}";

        var state = Build(File("a", Role("r"), User("alice", "r, gone"), connector));

        state.Users.Keys.ShouldBe(["alice"]);
        state.Problems.Select(p => p.Column).ShouldBe([19, 47]);
        Problems(state).ShouldBe(
        [
            "a:9: there is no role \"gone\" in force: it grants nothing until there is one [warning]",
            "a:16: there is no role \"absent\" in force: it grants nothing until there is one [warning]",
        ]);
    }

    [Fact]
    public void System_principals_need_the_configurations_permission()
    {
        var allowed = new BuildOptions { Selectors = [], SystemPrincipals = SystemPrincipals.Of(["system:masters"]) };
        var file = File("a", Role("admin", "system:masters"), Role("odd", "System:nodes"));

        var before = Build(DesiredState.Empty, allowed, file);
        var after = Build(before, Everything, file);

        before.Roles.Keys.ShouldBe(["admin"]);
        after.Roles.ShouldBeEmpty();
        after.Problems[0].ToString().ShouldBe(
            "a:4:36: spec.allow.kubernetes_groups: the group 'system:masters' begins with system: and is not listed as \"group:system:masters\" in kubernetes_service.allow_system_principals of the gate's configuration");
        after.Problems.ShouldAllBe(p => !p.KeepsLastGood);
    }

    [Fact]
    public void Each_system_principal_that_is_not_allowed_is_named_where_it_stands()
    {
        const string role = "kind: role\nversion: v7\nmetadata: {name: r}\nspec:\n  allow:\n    kubernetes_labels: {'*': '*'}\n"
            + "    kubernetes_groups: [a, 'system:masters', 'system:nodes', 'system:nodes']\n    kubernetes_users:\n    - 'system:masters'\n    - 'system:serviceaccount:ci:bot'\n";
        var options = new BuildOptions { Selectors = [], SystemPrincipals = SystemPrincipals.Of(["system:masters", "system:serviceaccount:ci:bot"]) };

        var state = Build(DesiredState.Empty, options, File("a", role));

        state.Roles.ShouldBeEmpty();
        state.Problems.Select(p => $"{p.Line}:{p.Column}: {p.Field}: {p.Message[..p.Message.IndexOf("begins", StringComparison.Ordinal)]}").ShouldBe(
        [
            "7:46: spec.allow.kubernetes_groups: the group 'system:nodes' ",
            "9:7: spec.allow.kubernetes_users: the user 'system:masters' ",
        ]);
    }

    [Fact]
    public void An_unchecked_server_certificate_needs_the_configurations_permission()
    {
        var kubeconfig = Kubernetes.SampleKubeconfig.Base64(
            "clusters: [{name: c, cluster: {server: https://c.example.com, insecure-skip-tls-verify: true}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n");
        var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig: {kubeconfig}}}");

        Build(file).Problems.ShouldHaveSingleItem().Message.ShouldContain("allow_insecure_skip_tls_verify");
        Build(file).Clusters.ShouldBeEmpty();
        Build(DesiredState.Empty, Everything with { AllowInsecureSkipTlsVerify = true }, file).Clusters.Keys.ShouldBe(["c"]);
    }

    [Theory]
    [InlineData("server: 'https://127.0.0.1:6443'", "the kubeconfig's server 127.0.0.1:6443 is a loopback address")]
    [InlineData("server: 'https://0x7f.1:6443/x'", "the kubeconfig's server 127.0.0.1:6443 is a loopback address")]
    [InlineData("server: 'https://169.254.169.254'", "the kubeconfig's server 169.254.169.254 is a link-local address")]
    [InlineData("server: 'https://0.0.0.0:6443'", "the kubeconfig's server 0.0.0.0:6443 is an unspecified address")]
    [InlineData("server: 'https://[::ffff:127.0.0.1]:6443'", "the kubeconfig's server [::ffff:127.0.0.1]:6443 is a loopback address")]
    [InlineData("server: 'http://localhost:8001'", "the kubeconfig's server localhost:8001 is a name of the gate's own host")]
    [InlineData("server: 'https://c.example.com', proxy-url: 'http://127.0.0.1:3128'", "the kubeconfig's proxy-url 127.0.0.1:3128 is a loopback address")]
    [InlineData("server: 'https://127.0.0.1', proxy-url: 'http://proxy.example.com:3128'", "the kubeconfig's server 127.0.0.1 is a loopback address")]
    public void An_address_of_the_gates_own_host_needs_the_configurations_permission(string cluster, string expected)
    {
        var everywhere = Everything with { Addresses = new() { Allowed = [IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")] } };
        var kubeconfig = Kubernetes.SampleKubeconfig.Base64(
            $"clusters: [{{name: c, cluster: {{{cluster}}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\ncontexts: [{{name: x, context: {{cluster: c, user: u}}}}]\n");
        var file = File("a", "# a comment", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig: {kubeconfig}}}");

        var allowed = Build(DesiredState.Empty, everywhere, file);
        var refused = Build(allowed, Everything, file);

        allowed.Problems.ShouldBeEmpty();
        allowed.Clusters.Keys.ShouldBe(["c"]);
        refused.Problems.ShouldHaveSingleItem().ToString().ShouldBe(
            $"a:6:20: spec.kubeconfig: {expected}, which a cluster of the repository may have only if the gate's configuration lists it under kubernetes_service.allow_addresses");
        refused.Clusters.ShouldBeEmpty("the last good version is at the same address");
        refused.Unselected.ShouldBeEmpty();
    }

    [Fact]
    public void The_gates_own_listener_is_refused_whatever_the_configuration_lists()
    {
        var options = Everything with { Addresses = new() { Allowed = [IPNetwork.Parse("0.0.0.0/0")], Listeners = [IPEndPoint.Parse("0.0.0.0:3026")] } };
        var kubeconfig = Kubernetes.SampleKubeconfig.Base64(
            "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:3026/clusters/c'}}]\nusers: [{name: u, user: {token: t}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n");

        var state = Build(DesiredState.Empty, options, File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig: {kubeconfig}}}"));

        state.Clusters.ShouldBeEmpty();
        state.Problems.ShouldHaveSingleItem().Message.ShouldBe(
            "the kubeconfig's server 127.0.0.1:3026 is this gate itself, which would forward to itself: give the address of the cluster's API server");
    }

    [Fact]
    public void A_kubeconfig_of_the_host_may_name_any_address()
    {
        var directory = Directory.CreateTempSubdirectory("tidegate-state-").FullName;
        try
        {
            var path = Path.Combine(directory, "c");
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("t").Replace("one.example.com", "127.0.0.1", StringComparison.Ordinal));
            var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig_file: {path}}}");

            var state = Build(DesiredState.Empty, Everything with { KubeconfigDirectories = [directory] }, file);

            state.Problems.ShouldBeEmpty();
            state.Clusters["c"].Credential.Server.Host.ShouldBe("127.0.0.1");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("/srv/kubeconfigs/c", "")]
    [InlineData("/srv/kubeconfigs/../c", "the file is under none of the directories that kubernetes_service.kubeconfig_directories lists in the gate's configuration")]
    [InlineData("/srv/c", "the file is under none of the directories that kubernetes_service.kubeconfig_directories lists in the gate's configuration")]
    public void Where_files_of_the_host_are_not_read_only_their_place_counts(string path, string problem)
    {
        var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c}}\nspec: {{kubeconfig_file: {path}}}");

        var state = Build(DesiredState.Empty, Everything with { ReadsHostFiles = false, KubeconfigDirectories = ["/srv/kubeconfigs"] }, file);

        state.Clusters.Count.ShouldBe(problem.Length == 0 ? 1 : 0);
        string.Concat(state.Problems.Select(p => p.Message)).ShouldBe(problem);
        Build(DesiredState.Empty, new BuildOptions { Selectors = Everything.Selectors, KubeconfigDirectories = ["/srv/kubeconfigs"] }, file).Clusters.ShouldBeEmpty("files are read unless it is said otherwise");
    }

    [Fact]
    public void A_kubeconfig_of_the_host_is_read_again_in_every_pass()
    {
        var directory = Directory.CreateTempSubdirectory("tidegate-state-").FullName;
        try
        {
            var path = Path.Combine(directory, "c");
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("first"));
            var file = File("a", $"kind: kube_cluster\nversion: v3\nmetadata: {{name: c, labels: {{env: dev}}}}\nspec: {{kubeconfig_file: {path}}}");
            var options = Everything with { KubeconfigDirectories = [directory] };

            var first = Build(DesiredState.Empty, options, file);
            var same = Build(first, options, file);
            System.IO.File.WriteAllText(path, Kubernetes.SampleKubeconfig.Token("second"));
            var second = Build(same, options, file);
            System.IO.File.Delete(path);
            var gone = Build(second, options, file);

            same.Clusters["c"].ShouldBeSameAs(first.Clusters["c"]);
            Differ.Diff(first, second).Changes.ShouldHaveSingleItem().Details.ShouldBe(["spec.kubeconfig: credential changed"]);
            gone.Clusters["c"].Credential.Token.ShouldBe("second");
            gone.Problems.ShouldHaveSingleItem().KeepsLastGood.ShouldBeTrue();
            Build(file).Problems.ShouldHaveSingleItem().Message.ShouldContain("kubeconfig_directories");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void The_order_of_files_does_not_matter()
    {
        FileResources[] files = [File("b", User("alice"), User("bob", "x")), File("a", User("alice")), File("c", Broken), File("d", Cluster("c"))];

        var forward = Build(files);
        var backward = Build([.. files.Reverse()]);

        Problems(backward).ShouldBe(Problems(forward));
        Differ.Diff(forward, backward).IsEmpty.ShouldBeTrue();
    }
}
