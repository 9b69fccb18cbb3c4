using System.Net;
using Tidegate.Kubernetes;
using Tidegate.State;
using static Tidegate.Tests.State.StateFixture;

namespace Tidegate.Tests.State;

/// <summary>What a manifest may have only if the gate's own configuration allows it: system principals, unchecked certificates, addresses of the gate's host.</summary>
public sealed class ConfigurationPermissionTests
{
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
}
