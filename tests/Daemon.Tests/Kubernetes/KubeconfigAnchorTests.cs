using System.Text;
using Tidegate.Kubernetes;

namespace Tidegate.Tests.Kubernetes;

/// <summary>A kubeconfig is YAML as kubectl reads it, within bounds.</summary>
public sealed class KubeconfigAnchorTests
{
    private const string Rest = "contexts: [{name: x, context: {cluster: two, user: u}}]\n";

    [Theory]
    [InlineData("clusters:\n- {name: one, cluster: &w {server: 'https://c.example.com'}}\n- {name: two, cluster: *w}\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("clusters:\n- {name: one, cluster: {server: &s 'https://c.example.com'}}\n- {name: two, cluster: {server: *s}}\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("clusters:\n- {name: one, cluster: &w {server: 'https://c.example.com'}}\n- name: two\n  cluster:\n    <<: *w\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("clusters:\n- {name: one, cluster: &w {server: 'https://wrong.example.com'}}\n- name: two\n  cluster:\n    <<: *w\n    server: https://c.example.com\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("clusters:\n- {name: one, cluster: &w {server: 'https://c.example.com'}}\n- {name: three, cluster: &v {server: 'https://wrong.example.com'}}\n- name: two\n  cluster:\n    <<: [*w, *v]\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("clusters:\n- &two {name: two, cluster: {server: 'https://c.example.com'}}\nusers: [{name: u, user: {token: t}}]\n")]
    [InlineData("{\"clusters\": [{\"name\": \"two\", \"cluster\": {\"server\": \"https://c.example.com\"}}],\n\"users\": [{\"name\": \"u\", \"user\": {\"token\": \"t\"}}],\n\"contexts\": [{\"name\": \"x\", \"context\": {\"cluster\": \"two\", \"user\": \"u\"}}]}")]
    public void Anchors_aliases_and_merge_keys_mean_what_they_mean_to_kubectl(string text)
    {
        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(text.StartsWith('{') ? text : text + Rest), allowInsecureSkipTlsVerify: false);

        result.Problems.ShouldBeEmpty();
        result.Credential!.Server.Host.ShouldBe("c.example.com");
    }

    [Theory]
    [InlineData("clusters: [{name: two, cluster: *w}]\n", "1:33: nothing before this place has the anchor &w")]
    [InlineData("clusters: &c [*c]\n", "1:15: nothing before this place has the anchor &c")]
    [InlineData("clusters:\n- &a {name: two, cluster: {<<: text}}\n", "2:28: a merge key (<<) takes an alias of a mapping")]
    [InlineData("clusters:\n- {name: two, cluster: {<<: &b {server: s}, <<: *b}}\n", "2:45: the key \"<<\" occurs twice")]
    [InlineData("clusters:\n- {name: two, cluster: &w {server: 'https://c.example.com', bogus: 1}}\n- {name: three, cluster: *w}\n", "2:61: clusters[0].cluster.bogus: ")]
    public void What_kubectl_could_not_read_either_is_told_with_its_place(string text, string expected)
    {
        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes(text + "users: [{name: u, user: {token: t}}]\n" + Rest), allowInsecureSkipTlsVerify: false);

        result.Credential.ShouldBeNull();
        result.Problems.Select(p => p.ToString().TrimStart(':')).ShouldContain(p => p.StartsWith(expected, StringComparison.Ordinal), string.Join("\n", result.Problems));
    }

    [Fact]
    public void Aliases_of_aliases_cost_nothing()
    {
        var text = new StringBuilder("extensions:\n- &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 100; i++)
        {
            text.Append($"- &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = KubeconfigReader.FromGit(
            Encoding.UTF8.GetBytes($"{text}clusters: [{{name: two, cluster: {{server: 'https://c.example.com'}}}}]\nusers: [{{name: u, user: {{token: t}}}}]\n{Rest}"), allowInsecureSkipTlsVerify: false);

        result.Problems.ShouldBeEmpty();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000_000);
    }

    [Fact]
    public void Merge_keys_that_grow_without_bound_are_an_error()
    {
        var text = new StringBuilder("extensions:\n- &m0 {k0: 1}\n");
        for (var i = 1; i < 2_000; i++)
        {
            text.Append($"- &m{i} {{<<: *m{i - 1}, k{i}: 1}}\n");
        }

        var result = KubeconfigReader.FromGit(Encoding.UTF8.GetBytes($"{text}clusters: []\n"), allowInsecureSkipTlsVerify: false);

        result.Problems.ShouldContain(p => p.Message == "merge keys (<<) bring in more than 10000 fields: write them out");
    }
}
